package io.epmesh.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.metrics.Exposition.MetricType;
import org.junit.jupiter.api.Test;

class ExpositionTest {
    @Test
    void text_hasHelpTypeAndSamples_escaped() {
        String text =
                new Exposition()
                        .metric("a_total", MetricType.COUNTER, "Back\\slash, \"quote\"\nand line.")
                        .sample(3, "result", "x\"y\\z\n", "way", "in")
                        .metric("b_seconds", MetricType.HISTOGRAM, "B.")
                        .sample("_sum", 0.25)
                        .sample(-1)
                        .toString();
        assertThat(text)
                .isEqualTo(
                        """
                        # HELP a_total Back\\\\slash, "quote"\\nand line.
                        # TYPE a_total counter
                        a_total{result="x\\"y\\\\z\\n",way="in"} 3
                        # HELP b_seconds B.
                        # TYPE b_seconds histogram
                        b_seconds_sum 0.25
                        b_seconds -1
                        """);
    }
}
