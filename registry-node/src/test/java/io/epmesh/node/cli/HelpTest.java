package io.epmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the program says of itself, without any peer.
class HelpTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void noCommand_is2() {
        assertThat(run()).isEqualTo(2);
        assertThat(text(err).lines()).hasSize(1);
    }

    @Test
    void help_namesEveryCommandAndKey() {
        assertThat(run("--help")).isZero();
        assertThat(text(out)).contains("add-node").contains("remove-node").contains("status");
        assertThat(run("start", "--help")).isZero();
        assertThat(text(out)).contains("--gossip-address").contains("--insecure-gossip");
        assertThat(run("config", "-h")).isZero();
        assertThat(text(out)).contains("config show").doesNotContain("add-node");
        assertThat(run("takeover", "--help")).isZero();
        assertThat(text(out)).startsWith("Usage: epmesh takeover ");
        assertThat(run("import", "--help")).isZero();
        assertThat(text(out)).startsWith("Usage: epmesh import ");
        assertThat(run("--version")).isZero();
        assertThat(run("names", "-V")).isZero();
        assertThat(text(out).lines()).hasSize(1).allMatch(line -> line.startsWith("epmesh "));
    }

    @Test
    void help_tellsWhatACommandTakes_inTwoColumns() {
        assertThat(run("events", "--help")).isZero();
        assertThat(text(out))
                .isEqualTo(
                        """
                        Usage: epmesh events [OPTION]...
                        Tells what the asked peer has seen to change.

                          --format=FORMAT       table (default) or json
                          --epmd-port=PORT      port of the peer on this host
                          --config=FILE         configuration file that tells the port and the operator
                                                file
                          --operator-file=FILE  token of those who may write, where the peer has one
                          -f, --follow          go on with what comes, until interrupted
                          -h, --help            shows this help
                          -V, --version         shows the version
                        """);
        assertThat(run("add-node", "--help")).isZero();
        assertThat(text(out))
                .startsWith("Usage: epmesh add-node [OPTION]... NODE [HOST:]PORT\n")
                .contains("\n  [HOST:]PORT           where the node listens;");
        assertThat(run("doctor", "--help")).isZero();
        assertThat(text(out)).startsWith("Usage: epmesh doctor [OPTION]... [NODE]\n");
        assertThat(run("start", "--help")).isZero();
        assertThat(text(out))
                .contains(
                        """

                          --relaxed-command-check[=BOOLEAN]
                                                          obey epmd -kill with living nodes, and epmd
                                                          -stop
                        """);
    }

    private int run(String... arguments) {
        out.reset();
        err.reset();
        return Epmesh.run(
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        Map.of()),
                _ -> 7,
                arguments);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
