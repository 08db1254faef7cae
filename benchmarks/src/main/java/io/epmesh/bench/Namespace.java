package io.epmesh.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A thread of this process that lives in a network namespace: a socket belongs to the namespace of
/// the thread that made it, whoever uses it. Any thread.
final class Namespace implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;

    private final ExecutorService thread;

    /// @param name of the namespace, as `ip netns` knows it
    Namespace(String name) throws IOException, InterruptedException {
        thread =
                Executors.newSingleThreadExecutor(
                        task -> Thread.ofPlatform().name(name).daemon().unstarted(task));
        call(() -> {
            enter("/run/netns/" + name);
            return name;
        });
    }

    /// A connection to a port of the namespace's loopback.
    SocketChannel connect(int port) throws IOException, InterruptedException {
        return call(() ->
                SocketChannel.open(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)));
    }

    private <T> T call(Callable<T> task) throws IOException, InterruptedException {
        try {
            return thread.submit(task).get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static void enter(String path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int fd =
                    (int)
                            function("open", ADDRESS, JAVA_INT)
                                    .invokeExact(arena.allocateFrom(path), 0);
            int entered = (int) function("setns", JAVA_INT, JAVA_INT).invokeExact(fd, CLONE_NEWNET);
            if (fd < 0 || entered < 0) {
                throw new IOException("cannot enter " + path);
            }
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// A function of libc that answers an int. The restricted method is needed: Java knows no
    /// namespaces, and no processor time of others.
    @SuppressWarnings("restricted")
    static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
