package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.check.Result;
import io.epmesh.chaos.check.Verdict;
import io.epmesh.chaos.history.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A short run of what `bin/chaos` does for long, on fewer hosts. Its history stays in
/// `target/chaos`.
final class MixedRunTest {
    private static final long SEED = 4;

    @Test
    void mixedFaults_onFourHosts_everyCheckHolds() throws Exception {
        Hosts.assumePossible();
        Path directory = Files.createDirectories(Path.of("target", "chaos"));
        ChaosRun.Options options =
                new ChaosRun.Options(
                        4, Duration.ofSeconds(30), SEED, EnumSet.allOf(Fault.Kind.class));
        List<Operation> history;
        try (Hosts hosts = Hosts.startBeside(options.hosts())) {
            history = new ChaosRun(options, directory, _ -> {}).run(hosts);
        }
        List<Result> results = Checks.of(history);
        new Report(Map.of("seed", "" + SEED), history, results)
                .write(directory.resolve("results.json"));
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.VALID));
    }
}
