package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.chaos.check.Result;
import io.epmesh.chaos.check.Verdict;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.report.Report;
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
        Workload workload = Workloads.named("mixed");
        Map<String, String> about = Map.of("workload", "mixed", "seed", "" + SEED);
        ChaosRun.Options options =
                new ChaosRun.Options(
                        workload, 4, Duration.ofSeconds(30), SEED, EnumSet.allOf(Fault.Kind.class));
        List<Operation> history;
        try (Hosts hosts = Hosts.startBeside(options.hosts())) {
            history = new ChaosRun(options, directory, _ -> {}).run(hosts, about);
        }
        List<Result> results =
                workload.checkers().stream().map(checker -> checker.check(history)).toList();
        new Report(about, history, results).write(directory, 0);
        assertThat(results)
                .allSatisfy(result ->
                        assertThat(result.verdict()).as("%s", result).isEqualTo(Verdict.VALID));
    }
}
