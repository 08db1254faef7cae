package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CutRequestTest {
    private static final Islands ISLANDS =
            Islands.parse(List.of("a@h1", "b@h1"), List.of("c@h2", "d@h2", "c@h2"));

    @Test
    void changes_areOneOfEachPair() {
        CutRequest request = request(Effect.stall(), false);
        assertThat(request.changes("h1")).hasSize(4).doesNotHaveDuplicates();
        assertThat(ISLANDS.pairs()).hasSize(4);
        assertThat(ISLANDS).hasToString("a@h1,b@h1 | c@h2,d@h2");
    }

    @Test
    void islands_thatOverlap_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Islands.parse(List.of("a@h1", "b@h1"), List.of("c@h2", "h1")))
                .withMessage(
                        "islands overlap: a node may fit both a@h1 and *@h1 (expected: none does)");
    }

    @Test
    void islands_ofNobodyOrTooMany_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Islands.parse(List.of(), List.of("h1")))
                .withMessageStartingWith("islands: [], [*@h1]");
        List<NodePattern> many =
                IntStream.range(0, 1_001)
                        .boxed()
                        .map(i -> NodePattern.parse("n" + i + "@h1"))
                        .toList();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Islands(many, List.of(NodePattern.parse("h2"))))
                .withMessageStartingWith("pairs: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5m", "10", "m", "1.5h", "10 m", "", "forever", "9999999999s"})
    void lasts_malformed_isRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CutRequest.lasts(text))
                .withMessageStartingWith("time: '" + text + "' (expected: 1s..365d");
    }

    @Test
    void lasts_wellFormed_isRead() {
        assertThat(CutRequest.lasts("ever")).isEmpty();
        assertThat(CutRequest.lasts("90s")).contains(Duration.ofSeconds(90));
        assertThat(CutRequest.lasts("2h")).contains(Duration.ofHours(2));
        assertThat(CutRequest.lasts("1d")).contains(Duration.ofDays(1));
        assertThat(CutRequest.delay("50ms")).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void request_outOfRange_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> request(Effect.reset(), true));
        assertThatIllegalArgumentException().isThrownBy(() -> request(Effect.open(), false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request(new Effect.Slow(Duration.ZERO, Duration.ZERO), false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Effect.Slow(Duration.ofSeconds(61), Duration.ZERO));
        for (Duration lasts :
                List.of(Duration.ZERO, Duration.ofMillis(999), Duration.ofDays(366))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            new CutRequest(ISLANDS, Effect.stall(), false, Optional.of(lasts)));
        }
    }

    private static CutRequest request(Effect effect, boolean oneWay) {
        return new CutRequest(ISLANDS, effect, oneWay, Optional.empty());
    }
}
