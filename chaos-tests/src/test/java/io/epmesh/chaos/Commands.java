package io.epmesh.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Runs short commands to their end.
final class Commands {
    /// Few commands here take longer than some seconds, even on a busy machine: those that compile,
    /// or wait for a broker.
    private static final int DEADLINE_SECONDS = 180;

    private Commands() {}

    /// Runs a command of this machine.
    ///
    /// @throws AssertionError if it does not end in time
    static Finished run(String... command) {
        return run(new ProcessBuilder(command));
    }

    static Finished run(ProcessBuilder builder) {
        String command = String.join(" ", builder.command());
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(
                        "%s: no end within %d s, said: %s"
                                .formatted(
                                        command,
                                        DEADLINE_SECONDS,
                                        List.of(out.join(), err.join())));
            }
            return new Finished(command, process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(command, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(command + ": interrupted", e);
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (stream) {
                        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofPlatform().name("command-output").daemon().start(task));
    }
}
