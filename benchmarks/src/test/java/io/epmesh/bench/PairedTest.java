package io.epmesh.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairedTest {
    private static Paired upTo(int n) {
        return Paired.of(IntStream.rangeClosed(1, n).mapToDouble(i -> i).toArray());
    }

    @Test
    void interval_tenPairs_leavesOutOneAtEachEnd() {
        Paired paired = upTo(10);
        assertThat(paired.median()).isEqualTo(5.5);
        assertThat(paired.low()).isEqualTo(2);
        assertThat(paired.high()).isEqualTo(9);
        assertThat(paired.confidence()).isCloseTo(0.9785, within(0.0001));
    }

    @Test
    void interval_twentyPairs_leavesOutFiveAtEachEnd() {
        Paired paired = upTo(20);
        assertThat(paired.low()).isEqualTo(6);
        assertThat(paired.high()).isEqualTo(15);
        assertThat(paired.confidence()).isCloseTo(0.9586, within(0.0001));
    }

    @Test
    void interval_fivePairs_isAllOfThemAndSaysThatItIsLess() {
        Paired paired = upTo(5);
        assertThat(paired.low()).isEqualTo(1);
        assertThat(paired.high()).isEqualTo(5);
        assertThat(paired.confidence()).isCloseTo(0.9375, within(0.0001));
    }

    @Test
    void interval_onePair_hasNoConfidence() {
        assertThat(Paired.of(3)).isEqualTo(new Paired(3, 3, 3, 0));
    }

    @Test
    void median_anyOrder_isTheMiddle() {
        assertThat(Paired.median(9, 1, 5)).isEqualTo(5);
        assertThat(Paired.median(9, 1, 5, 7)).isEqualTo(6);
    }
}
