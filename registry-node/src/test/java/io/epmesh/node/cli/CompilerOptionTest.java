package io.epmesh.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What `bin/lib/compiler.sh` chooses: the optimizing compiler takes memory that only a relay
/// needs.
@DisabledOnOs(OS.WINDOWS)
class CompilerOptionTest {
    private static final String QUICK = "-XX:TieredStopAtLevel=1";
    private static final String OPTIMIZING = "-XX:TieredStopAtLevel=4";

    @TempDir private Path temp;

    @Test
    void noRelay_howeverThatIsSaid_isTheQuickOne() throws Exception {
        assertThat(option("start")).isEqualTo(QUICK);
        assertThat(option("names", "--relay", "all")).isEqualTo(QUICK);
        assertThat(option("start", "--relay", "off")).isEqualTo(QUICK);
        assertThat(option("start", "--relay=off", "--mesh-host=none")).isEqualTo(QUICK);
        assertThat(option("start", "--config", file("relay = off # none\nmesh-host=none\n")))
                .isEqualTo(QUICK);
        assertThat(option("start", "--config", file("# relay = all\n"))).isEqualTo(QUICK);
        assertThat(option("start", "--config", temp.resolve("nothing").toString()))
                .isEqualTo(QUICK);
        assertThat(option(Map.of("EPMESH_RELAY", "off"), "takeover")).isEqualTo(QUICK);
    }

    @Test
    void relay_howeverThatIsSaid_isTheOptimizingOne() throws Exception {
        assertThat(option("start", "--relay", "module")).isEqualTo(OPTIMIZING);
        assertThat(option("takeover", "--mesh-host=mesh")).isEqualTo(OPTIMIZING);
        assertThat(option("start", "--config=" + file(" relay=all\n"))).isEqualTo(OPTIMIZING);
        assertThat(option("start", "--config", file("mesh-host = mesh,mesh.local\n")))
                .isEqualTo(OPTIMIZING);
        assertThat(option(Map.of("EPMESH_RELAY", "all"), "start")).isEqualTo(OPTIMIZING);
        assertThat(option(Map.of("EPMESH_MESH_HOST", "mesh"), "start")).isEqualTo(OPTIMIZING);
    }

    private String file(String text) throws Exception {
        return Files.writeString(temp.resolve("a configuration"), text).toString();
    }

    private static String option(String... words) throws Exception {
        return option(Map.of(), words);
    }

    private static String option(Map<String, String> variables, String... words) throws Exception {
        Path script = Path.of("..", "bin", "lib", "compiler.sh").toAbsolutePath();
        List<String> command =
                new ArrayList<>(
                        List.of("sh", "-euc", ". \"$0\"; compiler_option \"$@\"", "" + script));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("EPMESH_"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said.strip();
    }
}
