package io.epmesh.node.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodePatternTest {
    @Test
    void parse_hostAlone_isAllOfIt() {
        assertThat(pattern("h1")).isEqualTo(pattern("*@h1"));
        assertThat(pattern("h1").isName()).isFalse();
        assertThat(pattern("h1").isOfOneHost()).isTrue();
        assertThat(pattern("a@h*").isOfOneHost()).isFalse();
        assertThat(pattern("a@h1").isName()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "a@", "@h", "a@b@c", "a b@h"})
    void parse_whatIsNone_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> pattern(text));
    }

    @ParameterizedTest
    @CsvSource({
        "*@h1, a@h1, true, true",
        "*@h1, a*@h1, true, true",
        "a?@h1, a*@h1, false, true",
        "a*@h1, *b@h1, false, true",
        "a*@h1, b*@h1, false, false",
        "*@h1, *@h2, false, false",
        "*@h1, x@h2*, false, false",
        "*@*, *@h1, true, true",
        "a@h1, a@h1, true, true",
        "?@h1, ab@h1, false, false",
        "??@h1, *a@h1, false, true",
        "a*c@h?, abc@h1, true, true",
    })
    void coversAndOverlaps_asExpected(String one, String other, boolean covers, boolean overlaps) {
        assertThat(pattern(one).covers(pattern(other))).isEqualTo(covers);
        assertThat(pattern(one).overlaps(pattern(other))).isEqualTo(overlaps);
        assertThat(pattern(other).overlaps(pattern(one))).isEqualTo(overlaps);
    }

    /// Held against all short names of two letters: what covers matches all that is covered, and
    /// patterns overlap just where a name fits both.
    @Test
    void coversAndOverlaps_randomPatterns_areWhatTheNamesSay() {
        List<NodeName> names = new ArrayList<>();
        texts("ab", 5).forEach(name -> names.add(new NodeName(name, "h")));
        Random random = new Random(7);
        int covered = 0;
        for (int i = 0; i < 3_000; i++) {
            NodePattern one = pattern(random(random) + "@h");
            NodePattern other = pattern(random(random) + "@h");
            boolean meets = names.stream().anyMatch(n -> one.matches(n) && other.matches(n));
            assertThat(one.overlaps(other)).as("%s %s", one, other).isEqualTo(meets);
            if (one.covers(other)) {
                covered++;
                assertThat(names.stream().filter(other::matches).filter(n -> !one.matches(n)))
                        .as("%s covers %s", one, other)
                        .isEmpty();
            }
        }
        assertThat(covered).isGreaterThan(100);
    }

    @Test
    void pair_ofEitherOrder_hasOneKey() {
        NodePair pair = NodePair.of(pattern("b@h2"), pattern("h1"));
        assertThat(pair).isEqualTo(NodePair.of(pattern("h1"), pattern("b@h2")));
        assertThat(pair.key()).isEqualTo(new Key(4, Bytes.utf8("*@h1 b@h2")));
        assertThat(NodePair.of(pair.key())).contains(pair);
        assertThat(pair.joins(NodeName.parse("b@h2"), NodeName.parse("x@h1"))).isTrue();
        assertThat(pair.joins(NodeName.parse("b@h2"), NodeName.parse("b@h2"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@h1", "a@h1 b@h1 c@h1", "b@h1 a@h1", "a@h1  b@h1", "a@h1 ?"})
    void pair_ofAnotherKey_isNone(String name) {
        assertThat(NodePair.of(new Key(4, Bytes.utf8(name)))).isEmpty();
        assertThat(NodePair.of(new Key(3, Bytes.utf8("a@h1 b@h1")))).isEmpty();
    }

    @Test
    void pair_longerThanAKey_isRefused() {
        NodePattern one = pattern("字".repeat(255) + "@" + "字".repeat(255));
        NodePattern other = pattern("本".repeat(255) + "@h1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NodePair.of(one, other))
                .withMessageContaining("expected: <= 2048");
    }

    private static NodePattern pattern(String text) {
        return NodePattern.parse(text);
    }

    private static String random(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(4);
        for (int i = 0; i < length; i++) {
            text.append("ab*?".charAt(random.nextInt(4)));
        }
        return text.toString();
    }

    private static List<String> texts(String letters, int longest) {
        List<String> all = new ArrayList<>();
        List<String> last = List.of("");
        for (int i = 0; i < longest; i++) {
            List<String> next = new ArrayList<>();
            last.forEach(text -> letters.chars().forEach(c -> next.add(text + (char) c)));
            all.addAll(next);
            last = next;
        }
        return all;
    }
}
