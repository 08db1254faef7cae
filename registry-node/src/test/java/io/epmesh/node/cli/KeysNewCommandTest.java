package io.epmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.jgroups.MeshKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysNewCommandTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir Path directory;

    @Test
    void keysNew_freshFile_makesAUsableKey() throws IOException {
        Path file = directory.resolve("mesh.pem");
        assertThat(run("keys", "new", file.toString())).isEqualTo(ExitCode.OK);
        assertThat(MeshKey.read(file)).isNotNull();
    }

    @Test
    void keysNew_existingFile_isKept() throws IOException {
        Path file = Files.writeString(directory.resolve("mesh.pem"), "precious");
        assertThat(run("keys", "new", file.toString())).isEqualTo(ExitCode.NO);
        assertThat(Files.readString(file)).isEqualTo("precious");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("exists already");
    }

    @Test
    void keysNew_noSuchDirectory_saysSo() {
        Path file = directory.resolve("none/mesh.pem");
        assertThat(run("keys", "new", file.toString())).isEqualTo(ExitCode.NO);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(file.toString());
    }

    private int run(String... arguments) {
        Terminal terminal =
                new Terminal(
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of());
        return Epmesh.run(terminal, _ -> ExitCode.OK, arguments);
    }
}
