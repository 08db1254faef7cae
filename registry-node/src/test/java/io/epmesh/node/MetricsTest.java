package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.epmesh.epmd.NodeName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a whole peer tells Prometheus, the operating guide, and the alerts: that all three speak of
/// the same metrics.
class MetricsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path RULES = ROOT.resolve("packaging/prometheus/epmesh.rules.yml");
    private static final Pattern METRIC =
            Pattern.compile("\\b(?:epmesh|jvm|process)(?:_[a-z]+)+\\b");

    @TempDir private static Path temp;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RunningPeer peer;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static String text;

    @BeforeAll
    static void start() throws Exception {
        peer = RunningPeer.start(temp, Map.of());
        for (int i = 0; i < 3; i++) {
            peer.epmd().lookup(new NodeName("nobody"));
        }
        text = peer.get("/metrics");
    }

    @AfterAll
    static void stop() throws Exception {
        peer.close();
    }

    @Test
    void counts_areWhatHappened() {
        assertThat(text)
                .contains("\nepmesh_lookups_total{result=\"missing\"} 3\n")
                .contains("\nepmesh_lookups_total{result=\"found\"} 0\n")
                .contains("\nepmesh_peers{state=\"up\"} 1\n")
                .contains("\nepmesh_converged 1\n")
                .contains("\nepmesh_digest_groups 1\n")
                .contains("\nepmesh_names{source=\"live\",state=\"up\"} 0\n");
        assertThat(value("process_resident_memory_bytes")).isGreaterThan(10e6);
        assertThat(value("process_start_time_seconds"))
                .isBetween(1.7e9, System.currentTimeMillis() / 1e3);
    }

    @Test
    void everyMetric_isInTheOperatingGuide_andNothingElse() throws IOException {
        String guide = Files.readString(ROOT.resolve("docs/operating.md"));
        String section = guide.substring(guide.indexOf("## Metrics"));
        section = section.substring(0, section.indexOf("\n## ", 5));
        assertThat(names(section)).isEqualTo(told());
    }

    @Test
    void alerts_askForMetricsThatThereAre() throws IOException {
        assertThat(
                        names(Files.readString(RULES)).stream()
                                .map(name -> name.replaceFirst("_bucket$", ""))
                                .filter(name -> !told().contains(name)))
                .isEmpty();
        assertThat(names(Files.readString(RULES))).isNotEmpty();
    }

    @Test
    void alertsAndMetrics_passPromtool() throws Exception {
        assumeTrue(promtool("--version") == 0, "promtool is not installed (prometheus)");
        assertThat(promtool("check", "rules", RULES.toString())).isZero();
        Path metrics = Files.writeString(temp.resolve("metrics.txt"), text);
        assertThat(run(List.of(promtool(), "check", "metrics"), metrics)).isZero();
    }

    private static Set<String> told() {
        return text.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ", -1)[2])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(String from) {
        return METRIC.matcher(from)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static double value(String metric) {
        return text.lines()
                .filter(line -> line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ", -1)[1]))
                .findFirst()
                .orElseThrow();
    }

    /// That of this system, or the one that `bin/verify` has fetched.
    private static String promtool() {
        Path fetched = ROOT.resolve("target/otp/prometheus/usr/bin/promtool");
        return Files.isExecutable(fetched) ? fetched.toString() : "promtool";
    }

    private static int promtool(String... arguments) throws Exception {
        return run(
                Stream.concat(Stream.of(promtool()), Stream.of(arguments)).toList(),
                Path.of("/dev/null"));
    }

    private static int run(List<String> command, Path input) throws Exception {
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectInput(input.toFile())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
        } catch (IOException notThere) {
            return -1;
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
