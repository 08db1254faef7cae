package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
    @ParameterizedTest
    @CsvSource({
        "rabbit, rabbit@h1, true",
        "rabbit*, rabbit-2@h1, true",
        "rabbit*, xrabbit@h1, false",
        "*@h1, a@h1, true",
        "*@h1, a@h11, false",
        "*@h?, a@h2, true",
        "?, ab@h, false",
        "*, a@h, true",
        "a*b*c, aXbXXbXc@h, true",
        "a*b*c, aXbXXbX@h, false",
        "a.c, abc@h, false",
        "**, a@h, true",
        "a@*@*, a@h, false",
    })
    void matches_pattern_asShells(String pattern, String node, boolean expected) {
        assertThat(Glob.parse(pattern).matches(NodeName.parse(node))).isEqualTo(expected);
    }

    @Test
    void matches_manyStars_doesNotExplode() {
        Glob glob = Glob.parse("*a".repeat(100) + "b");
        NodeName node = new NodeName("a".repeat(255), "h");

        Assertions.assertTimeoutPreemptively(
                Duration.ofMinutes(1), () -> assertThat(glob.matches(node)).isFalse());
    }

    @Test
    void parse_emptyOrTooLong_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Glob.parse(""));
        assertThatIllegalArgumentException().isThrownBy(() -> Glob.parse("a".repeat(1_025)));
    }
}
