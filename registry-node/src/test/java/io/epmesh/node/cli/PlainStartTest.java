package io.epmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.config.Configuration;
import io.epmesh.node.config.Key;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainStartTest {
    @TempDir private Path directory;

    @Test
    void read_bothSpellings_givesFlagsAndFile() {
        assertThat(PlainStart.read("start", "--epmd-port", "1", "--http=off", "--config=a b=c"))
                .contains(
                        new PlainStart(
                                Map.of(Key.EPMD_PORT, "1", Key.HTTP, "off"),
                                Optional.of(Path.of("a b=c"))));
        assertThat(PlainStart.read("start")).contains(new PlainStart(Map.of(), Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "takeover",
                "names --epmd-port 1",
                "start --help",
                "start -h",
                "start stray",
                "start --relaxed-command-check",
                "start --takeover --http=off",
                "start --no-such-key=1",
                "start --http",
                "start --http=",
                "start --http=off --http=off",
                "start --config=a --config=b",
                "start --http='off'",
                "start --join @file",
                "start --join -x",
                "start --config=\0"
            })
    void read_otherForms_areLeftToPicocli(String line) {
        assertThat(PlainStart.read(line.split(" "))).isEmpty();
    }

    @Test
    void read_plainForm_meansWhatPicocliTakesItFor() throws IOException {
        String file = Files.writeString(directory.resolve("c"), "mesh-name = m").toString();
        List<String> flags =
                List.of(
                        "--config",
                        file,
                        "--epmd-port=0",
                        "--takeover=true",
                        "--static-port",
                        "a*=1,2");
        List<Configuration> started = new ArrayList<>();
        Terminal terminal =
                new Terminal(
                        new PrintStream(OutputStream.nullOutputStream()),
                        new PrintStream(OutputStream.nullOutputStream()),
                        Map.of("EPMESH_DATA_DIR", directory.toString()));
        Starter starter =
                configuration -> {
                    started.add(configuration);
                    return ExitCode.OK;
                };

        List<String> line = new ArrayList<>(List.of("start"));
        line.addAll(flags);
        assertThat(PlainStart.read(line.toArray(String[]::new))).isPresent();
        Epmesh.run(terminal, starter, line.toArray(String[]::new));
        StartCommand.command(terminal, starter).execute(flags.toArray(String[]::new));

        assertThat(started).hasSize(2);
        assertThat(started.getFirst().settings()).isEqualTo(started.getLast().settings());
    }
}
