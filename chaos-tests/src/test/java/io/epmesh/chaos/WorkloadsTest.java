package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.chaos.check.Checker;
import io.epmesh.chaos.check.Verdict;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
    @Test
    void workload_thatIsNone_isRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> Workloads.named("gold"))
                .hasMessage("--workload: gold (expected: one of %s)".formatted(Workloads.names()));
    }

    @Test
    void workloads_areThoseThatTheCommandKnows() throws Exception {
        String words = "chaos_workloads=\"" + String.join(" ", Workloads.names()) + "\"";
        assertThat(Files.readString(Peer.ROOT.resolve("bin/lib/chaos.sh"))).contains(words);
    }

    @Test
    void emptyHistory_isValidForNone() {
        for (String name : Workloads.names()) {
            List<Checker> checkers = Workloads.named(name).checkers();
            assertThat(checkers)
                    .as(name)
                    .allSatisfy(checker ->
                            assertThat(checker.check(List.of()).verdict())
                                    .isEqualTo(Verdict.UNKNOWN));
            assertThat(new HashSet<>(checkers)).as(name).hasSameSizeAs(checkers);
        }
    }
}
