package io.epmesh.epmd;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs a trial in a network namespace of its own, whose only interface is loopback: on a thread
/// that has left the others' namespace. Threads, sockets and programs that it starts are there too.
final class Namespace {
    private static final int CLONE_NEWNET = 0x4000_0000;

    private Namespace() {}

    /// Skips the test where namespaces cannot be made.
    ///
    /// @param setup commands of a shell, run there first
    static void run(String setup, Callable<?> trial) throws Exception {
        FutureTask<?> task =
                new FutureTask<>(() -> {
                    leave();
                    shell("ip link set lo up; " + setup);
                    return trial.call();
                });
        Thread.ofPlatform().name("namespace").start(task);
        try {
            task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e.getCause() instanceof Exception failure ? failure : e;
        }
    }

    /// Linux knows the namespace of each thread, and no other interface to this call is in the JDK.
    @SuppressWarnings("restricted")
    private static void leave() throws Exception {
        assumeTrue(
                System.getProperty("os.name").equals("Linux"), "skipped: needs Linux's namespaces");
        Linker linker = Linker.nativeLinker();
        MethodHandle unshare =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("unshare"),
                        FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try {
            assumeTrue(
                    (int) unshare.invokeExact(CLONE_NEWNET) == 0,
                    "skipped: may not make a network namespace (needs root)");
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static void shell(String commands) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-ec", commands).redirectErrorStream(true).start();
        String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
        if (shell.waitFor() != 0) {
            throw new IOException("%s: %s".formatted(commands, said));
        }
    }
}
