package io.epmesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The stories of `src/test/resources/scenarios`, each under several seeds.
class ScenarioTest {
    private static final int SEEDS = 20;

    static List<String> names() throws IOException, URISyntaxException {
        Path directory =
                Path.of(
                        Objects.requireNonNull(ScenarioTest.class.getResource("/scenarios"))
                                .toURI());
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".txt") && !name.startsWith("wrong"))
                    .map(name -> name.substring(0, name.length() - 4))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void scenario_underManySeeds_ends(String name) {
        for (int seed = 1; seed <= SEEDS; seed++) {
            Scenario.run(name, seed);
        }
    }

    @Test
    void scenario_thatDoesNotHold_namesItsLine() {
        assertThatThrownBy(() -> Scenario.run("wrong", 1))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("wrong.txt:5")
                .hasRootCauseMessage("peer 2 shows v");
    }

    @Test
    void names_areFound() throws IOException, URISyntaxException {
        assertThat(names()).contains("all-killed", "removed-behind-a-cut");
    }
}
