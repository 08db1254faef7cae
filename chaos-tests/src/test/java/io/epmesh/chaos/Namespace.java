package io.epmesh.chaos;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Threads inside a network namespace: the sockets that they make are the host's. A process for
/// each look-up would cost more than all peers together.
final class Namespace {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final int O_RDONLY = 0;
    private static final int CLONE_NEWNET = 0x4000_0000;

    private static final MethodHandle OPEN =
            function(
                    "open",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle SETNS =
            function(
                    "setns",
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    private static final MethodHandle CLOSE =
            function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private Namespace() {}

    private static final ThreadLocal<@Nullable Entered> ENTERED = new ThreadLocal<>();

    /// Where a thread is.
    private record Entered(Supplier<Path> where, Object inode) {}

    /// Moves the calling platform thread into a namespace.
    ///
    /// @param where its file, at each moment
    static void enter(Supplier<Path> where) {
        String path = where.get().toString();
        Object inode =
                inode(Path.of(path))
                        .orElseThrow(() -> new IllegalStateException("no namespace " + path));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(CAPTURED);
            int file = (int) OPEN.invoke(errno, arena.allocateFrom(path), O_RDONLY);
            check("open", path, file, errno);
            int moved = (int) SETNS.invoke(errno, file, CLONE_NEWNET);
            int _ = (int) CLOSE.invoke(arena.allocate(CAPTURED), file);
            check("setns", path, moved, errno);
            ENTERED.set(new Entered(where, inode));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// Follows a host that has been started anew; for whoever opens sockets for long.
    static void renew() {
        Entered here = ENTERED.get();
        if (here != null
                && inode(here.where.get()).filter(now -> !now.equals(here.inode)).isPresent()) {
            enter(here.where);
        }
    }

    private static Optional<Object> inode(Path file) {
        try {
            return Optional.of(Files.getAttribute(file, "unix:ino"));
        } catch (IOException off) {
            return Optional.empty();
        }
    }

    private static void check(String function, String path, int result, MemorySegment errno) {
        if (result < 0) {
            int number =
                    (int)
                            CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"))
                                    .get(errno, 0L);
            throw new IllegalStateException("%s %s: errno %d".formatted(function, path, number));
        }
    }

    @SuppressWarnings("restricted") // the signatures are those of the manual pages
    private static MethodHandle function(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().find(name).orElseThrow(), type, ERRNO);
    }
}
