package io.epmesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.bench.Sighting.State;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SightingsTest {
    private static final Set<State> UP = EnumSet.of(State.UP);

    private final Sightings sightings = new Sightings();

    @Test
    void last_isTheFirstSightingOfTheLastHost() throws Exception {
        sightings.add(new Sighting(1, "a", State.ORPHANED, 10));
        sightings.add(new Sighting(1, "a", State.UP, 20));
        sightings.add(new Sighting(2, "b", State.UP, 25));
        sightings.add(new Sighting(1, "a", State.UP, 30));
        sightings.add(new Sighting(2, "a", State.UP, 15));

        assertThat(sightings.last(Set.of(1, 2), "a", UP, Duration.ofSeconds(9))).hasValue(20);
        assertThat(sightings.firstNanos()).isEqualTo(15);
    }

    @Test
    void last_hostThatSeesNothing_isNothing() throws Exception {
        sightings.add(new Sighting(1, "a", State.UP, 20));

        assertThat(sightings.last(Set.of(1, 2), "a", UP, Duration.ofMillis(1))).isEmpty();
    }

    @Test
    void count_takesAll() {
        sightings.add(new Sighting(1, "a", State.ORPHANED, 10));
        sightings.add(new Sighting(1, "a", State.UP, 20));

        assertThat(sightings.count(State.ORPHANED)).isEqualTo(1);
        assertThat(sightings.count(State.ORPHANED)).isZero();
    }
}
