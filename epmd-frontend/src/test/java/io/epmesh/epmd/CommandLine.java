package io.epmesh.epmd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs a program to its end, with an environment of its own.
///
/// @param program path or name on the PATH
/// @param environment in addition to the test's, less the variables of epmd and epmesh
record CommandLine(String program, Map<String, String> environment) {
    private static final long DEADLINE_SECONDS = 120;

    /// What came of it; the texts byte for byte as Latin-1.
    record Result(int code, String output, String error) {}

    /// The `bin` directory of the source tree.
    static Path bin() {
        return Path.of("..", "bin").toAbsolutePath().normalize();
    }

    static CommandLine ours() {
        return new CommandLine(bin().resolve("epmd").toString(), Map.of());
    }

    static CommandLine theirs() {
        return new CommandLine("epmd", Map.of());
    }

    CommandLine with(String name, String value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(name, value);
        return new CommandLine(program, more);
    }

    Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(CommandLine::isOurs);
        builder.environment().putAll(environment);
        Path error = Files.createTempFile("epmd-error", ".txt");
        try {
            Process process = builder.redirectError(error.toFile()).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Result(process.exitValue(), output, Files.readString(error, ISO_8859_1));
        } finally {
            Files.delete(error);
        }
    }

    private static boolean isOurs(String name) {
        return name.startsWith("ERL_EPMD")
                || name.startsWith("EPMESH_")
                || name.startsWith("LISTEN_");
    }
}
