package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a\0b", "\uD83D", "x\uDE00"})
    void construct_noName_throwsWithValue(String value) {
        assertThatThrownBy(() -> new NodeName(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("node name: \"");
    }

    @Test
    void construct_256CodePoints_throws() {
        assertThat(new NodeName("😀".repeat(255)).toBytes()).hasSize(NodeName.MAX_BYTES);
        assertThatThrownBy(() -> new NodeName("x".repeat(256)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void printable_whiteSpaceAndControls_areQuestionMarks() {
        assertThat(new NodeName("a b\nc\u0085d\u2028é")).hasToString("a?b?c?d?é");
    }

    @Test
    void equals_differentNormalForm_differs() {
        assertThat(new NodeName("\u00e5")).isNotEqualTo(new NodeName("a\u030a"));
    }

    @Test
    void isFull_at_tells() {
        assertThat(new NodeName("x@host").isFull()).isTrue();
        assertThat(new NodeName("x").isFull()).isFalse();
    }
}
