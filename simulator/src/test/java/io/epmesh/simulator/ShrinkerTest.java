package io.epmesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.simulator.SeedRun.Mode;
import io.epmesh.simulator.SeedRun.Recipe;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    private static final Recipe RECIPE = new Recipe(5, 0, Mode.SAFETY, Optional.empty());

    @Test
    void shrink_failureOfTwoFaultsAndAnOperation_leavesThose() {
        Set<String> guilty = Set.of("f1", "f7", "o111");
        Schedule few =
                new Shrinker(RECIPE, part -> part.only().orElseThrow().containsAll(guilty))
                        .shrink();
        assertThat(few.faults()).extracting(Event::label).containsExactly("f1", "f7");
        assertThat(few.operations()).extracting(Event::label).containsExactly("o111");
    }

    @Test
    void shrink_failureOfAnySchedule_leavesNothing() {
        Schedule few = new Shrinker(RECIPE, _ -> true).shrink();
        assertThat(few.faults()).isEmpty();
        assertThat(few.operations()).isEmpty();
    }
}
