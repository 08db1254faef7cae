package io.epmesh.epmd;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The flags of a descriptor that this process inherited, on Linux.
///
/// systemd hands sockets over blocking unless the unit says `NonBlocking=yes`, and an event loop
/// that accepts on a blocking one stands still. Neither Java nor Netty can change that, so `fcntl`
/// is called.
final class DescriptorFlags {
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int FD_CLOEXEC = 1;
    private static final int O_NONBLOCK = 04000;

    private DescriptorFlags() {}

    /// Makes it non-blocking, and not to be inherited any further.
    ///
    /// @return whether that was done; not if the descriptor is not open
    static boolean prepareForEventLoop(int descriptor) {
        int flags = fcntl(descriptor, F_GETFL, 0);
        return flags >= 0
                && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0
                && fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0;
    }

    // Restricted, since a wrong signature would crash the virtual machine: this is that of fcntl.
    @SuppressWarnings("restricted")
    private static int fcntl(int descriptor, int command, int argument) {
        Linker linker = Linker.nativeLinker();
        MemorySegment function = linker.defaultLookup().findOrThrow("fcntl");
        MethodHandle call =
                linker.downcallHandle(
                        function,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(2));
        try {
            return (int) call.invokeExact(descriptor, command, argument);
        } catch (Throwable bug) {
            throw new AssertionError("fcntl does not throw", bug);
        }
    }
}
