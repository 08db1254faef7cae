package io.epmesh.node.adoption;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalInt;

/// Another process of this host, held by a descriptor (`pidfd_open` of Linux 5.3), so that its id
/// cannot pass to a third one meanwhile. For one thread.
final class ForeignProcess implements AutoCloseable {
    static final int SIGKILL = 9;
    static final int SIGCONT = 18;
    static final int SIGSTOP = 19;

    // The same numbers on all architectures.
    private static final long PIDFD_SEND_SIGNAL = 424;
    private static final long PIDFD_OPEN = 434;
    private static final long PIDFD_GETFD = 438;

    private static final FunctionDescriptor SYSCALL =
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG);
    private static final FunctionDescriptor CLOSE =
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);

    private final int descriptor;

    private ForeignProcess(int descriptor) {
        this.descriptor = descriptor;
    }

    /// The process of this id; empty if there is none, or the system has no such call.
    static Optional<ForeignProcess> open(long pid) {
        long descriptor = syscall(PIDFD_OPEN, pid, 0, 0);
        return descriptor < 0
                ? Optional.empty()
                : Optional.of(new ForeignProcess((int) descriptor));
    }

    /// A copy of one of its descriptors, for this process; empty where that is not allowed: it is
    /// to whoever may trace the process (Linux 5.6).
    OptionalInt copy(int itsDescriptor) {
        long copy = syscall(PIDFD_GETFD, descriptor, itsDescriptor, 0);
        return copy < 0 ? OptionalInt.empty() : OptionalInt.of((int) copy);
    }

    /// Whether the signal was sent.
    boolean signal(int number) {
        return syscall(PIDFD_SEND_SIGNAL, descriptor, number, 0) == 0;
    }

    /// Closes a descriptor of this process.
    static void close(int own) {
        try {
            int _ = (int) function("close", CLOSE).invokeExact(own);
        } catch (Throwable bug) {
            throw new AssertionError("close does not throw", bug);
        }
    }

    @Override
    public void close() {
        close(descriptor);
    }

    private static long syscall(long number, long first, long second, long third) {
        try {
            return (long)
                    function("syscall", SYSCALL, Linker.Option.firstVariadicArg(1))
                            .invokeExact(number, first, second, third, 0L);
        } catch (Throwable bug) {
            throw new AssertionError("syscall does not throw", bug);
        }
    }

    // Restricted, since a wrong signature would crash the virtual machine: these are those of libc.
    @SuppressWarnings("restricted")
    private static MethodHandle function(
            String name, FunctionDescriptor signature, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature, options);
    }
}
