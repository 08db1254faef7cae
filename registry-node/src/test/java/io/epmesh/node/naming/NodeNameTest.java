package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeNameTest {
    @Test
    void parse_fullName_hasBothParts() {
        assertThat(NodeName.parse("räksmörgås@h1.test"))
                .isEqualTo(new NodeName("räksmörgås", "h1.test"))
                .hasToString("räksmörgås@h1.test");
    }

    @Test
    void parse_partOf255CodePoints_isAccepted() {
        String longest = "🐰".repeat(255);

        assertThat(NodeName.parse(longest + "@h").name()).isEqualTo(longest);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeName.parse(longest + "a@h"))
                .withMessageEndingWith("(expected: 1..255 characters, got 256)");
    }

    @Test
    void parse_noAt_saysSo() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeName.parse("x"))
                .withMessage("node name: 'x' (expected: exactly one @, as in name@host)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "a@",
                "@h",
                "a@h@i",
                "a b@h",
                "a@h\n",
                "a\u0000@h",
                "a@\ud800",
                "a\u00a0@h"
            })
    void parse_badText_isRefusedInOnePrintableLine(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodeName.parse(text))
                .withMessageContaining("(expected: ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}"));
    }

    @Test
    void compareTo_ordersByHostThenName() {
        assertThat(NodeName.parse("z@a")).isLessThan(NodeName.parse("a@b"));
        assertThat(NodeName.parse("a@b")).isLessThan(NodeName.parse("b@b"));
    }
}
