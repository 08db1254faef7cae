package io.epmesh.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.gossip.Message.OwnerDelta;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

class OwnEntriesTest {
    private static final PMap<Key, Bytes> NONE = HashTreePMap.empty();

    private final OwnEntries own = new OwnEntries(7);

    @Test
    void stamp_atFirst_isVersionOne() {
        assertThat(own.stamp()).isEqualTo(new Stamp(7, 1));
        assertThat(own.entries()).isEmpty();
    }

    @Test
    void incarnation_zero_isRefused() {
        assertThatThrownBy(() -> new OwnEntries(0)).hasMessageContaining("incarnation: 0");
    }

    @Test
    void update_toTheSame_isNoChange() {
        own.update(entries(1, "a"));
        assertThat(own.update(entries(1, "a"))).isEmpty();
        assertThat(own.stamp()).isEqualTo(new Stamp(7, 2));
    }

    @Test
    void update_toOthers_tellsWhatCameChangedAndWent() {
        own.update(entries(1, "a").plus(key(2), Bytes.utf8("b")).plus(key(3), Bytes.utf8("c")));
        OwnerDelta delta = own.update(entries(2, "B").plus(key(3), Bytes.utf8("c"))).orElseThrow();
        assertThat(delta)
                .isEqualTo(
                        new OwnerDelta(7, 2, 3, Map.of(key(2), Bytes.utf8("B")), List.of(key(1))));
    }

    @Test
    void since_anyVersionHeld_leadsToTheNewest() {
        Map<Long, Map<Key, Bytes>> held = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            held.put(own.stamp().version(), new HashMap<>(own.entries()));
            PMap<Key, Bytes> next =
                    i % 3 == 0
                            ? own.entries().minus(key(i % 5))
                            : own.entries().plus(key(i % 7), Bytes.utf8("v" + i));
            own.update(next);
        }
        held.remove(own.stamp().version());
        held.forEach((version, entries) -> {
            OwnerDelta delta = own.since(new Stamp(7, version)).orElseThrow();
            assertThat(delta.base()).isEqualTo(version);
            assertThat(delta.version()).isEqualTo(own.stamp().version());
            entries.putAll(delta.puts());
            entries.keySet().removeAll(delta.removed());
            assertThat(entries).isEqualTo(new HashMap<>(own.entries()));
        });
    }

    @Test
    void since_beyondTheDeltasKept_isNothing() {
        for (int i = 1; i <= Limits.DELTAS; i++) {
            own.update(entries(1, "v" + i));
        }
        assertThat(own.since(new Stamp(7, 1))).isPresent();
        own.update(entries(1, "one more"));
        assertThat(own.since(new Stamp(7, 1))).isEmpty();
        assertThat(own.since(new Stamp(7, 2))).isPresent();
    }

    @Test
    void since_theNewestAnotherIncarnationOrNothing_isNothing() {
        assertThat(own.since(new Stamp(7, 1))).as("no change yet").isEmpty();
        own.update(entries(1, "a"));
        assertThat(own.since(new Stamp(7, 2))).as("the newest").isEmpty();
        assertThat(own.since(new Stamp(7, 3))).as("a later one").isEmpty();
        assertThat(own.since(new Stamp(6, 1))).as("an incarnation before").isEmpty();
        assertThat(own.since(Stamp.NONE)).as("nothing held").isEmpty();
    }

    @Test
    void leave_endsTheIncarnationForGood() {
        own.update(entries(1, "a"));
        own.leave();
        assertThat(own.stamp()).isEqualTo(new Stamp(7, Stamp.LEFT));
        assertThat(own.entries()).isEmpty();
        assertThat(own.update(entries(1, "again"))).isEmpty();
        assertThat(own.entries()).isEmpty();
        assertThat(own.since(new Stamp(7, 1))).isEmpty();
    }

    @Test
    void update_toNothing_removesAll() {
        own.update(entries(1, "a"));
        assertThat(own.update(NONE).orElseThrow().removed()).containsExactly(key(1));
    }

    private static PMap<Key, Bytes> entries(int number, String value) {
        return HashTreePMap.singleton(key(number), Bytes.utf8(value));
    }

    private static Key key(int number) {
        return new Key(1, Bytes.utf8("n" + number));
    }
}
