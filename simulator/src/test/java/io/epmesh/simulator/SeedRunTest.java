package io.epmesh.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.simulator.SeedRun.Mode;
import io.epmesh.simulator.SeedRun.Outcome;
import io.epmesh.simulator.SeedRun.Recipe;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// A handful of seeds; `bin/simulate` runs thousands, and `bin/mutants` shows that faults in the
/// core are found.
class SeedRunTest {
    @Test
    void campaign_fewSeeds_holds() throws InterruptedException, ExecutionException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean held = campaign(out, SeedRun::of).run(1, 24, 2);
        assertThat(held).as(out.toString(UTF_8)).isTrue();
        assertThat(out.toString(UTF_8))
                .contains("24 seeds, 0 failed", "fault ISLANDS", "sent MappingsState");
    }

    @Test
    void campaign_whoseThreadEnds_doesNotHold() {
        Campaign broken =
                campaign(
                        new ByteArrayOutputStream(),
                        _ -> {
                            throw new NoClassDefFoundError("gone while it ran");
                        });
        assertThatThrownBy(() -> broken.run(1, 2, 2)).isInstanceOf(ExecutionException.class);
    }

    @Test
    void run_twice_deliversTheSame() {
        for (Mode mode : Mode.values()) {
            Recipe recipe = new Recipe(7, 6, mode, Optional.empty());
            Outcome once = SeedRun.of(recipe);
            Outcome again = SeedRun.of(recipe);
            assertThat(again.print()).isEqualTo(once.print());
            assertThat(again.hits()).isEqualTo(once.hits());
        }
    }

    @Test
    void run_otherSeed_deliversOtherThings() {
        assertThat(SeedRun.of(new Recipe(8, 5, Mode.SAFETY, Optional.empty())).print())
                .isNotEqualTo(SeedRun.of(new Recipe(9, 5, Mode.SAFETY, Optional.empty())).print());
    }

    @Test
    void schedule_ofEachSeed_isLargeEnough() {
        LongStream.rangeClosed(1, 500)
                .forEach(seed -> {
                    Schedule schedule = recipe(seed).schedule();
                    assertThat(schedule.peers()).isGreaterThanOrEqualTo(5);
                    assertThat(schedule.operations()).hasSizeGreaterThanOrEqualTo(200);
                    assertThat(schedule.faults()).hasSizeGreaterThanOrEqualTo(10);
                });
    }

    @Test
    void schedule_onlySomeLabels_holdsThose() {
        Schedule part = recipe(3).only(Set.of("f2", "o17")).schedule();
        assertThat(part.faults()).extracting(Event::label).containsExactly("f2");
        assertThat(part.operations()).extracting(Event::label).containsExactly("o17");
    }

    private static Campaign campaign(OutputStream out, Function<Recipe, Outcome> seedRun) {
        return new Campaign(0, Optional.empty(), 600, new PrintStream(out), seedRun);
    }

    private static Recipe recipe(long seed) {
        return new Recipe(seed, 0, Mode.SAFETY, Optional.empty());
    }
}
