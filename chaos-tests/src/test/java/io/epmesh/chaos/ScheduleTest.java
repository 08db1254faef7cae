package io.epmesh.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.epmesh.chaos.Schedule.Cycle;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Set<Fault.Kind> ALL = EnumSet.allOf(Fault.Kind.class);

    private static List<Cycle> cycles(long seed, Set<Fault.Kind> kinds) {
        Schedule schedule = new Schedule(seed, 10, kinds);
        List<Cycle> cycles = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            cycles.add(schedule.next());
        }
        return cycles;
    }

    @Test
    void cycles_followFromTheSeed() {
        assertThat(cycles(7, ALL)).isEqualTo(cycles(7, ALL)).isNotEqualTo(cycles(8, ALL));
    }

    @Test
    void cycles_haveAllKindsAndNoHostHitTwice() {
        Set<Fault.Kind> seen = new HashSet<>();
        for (Cycle cycle : cycles(7, ALL)) {
            assertThat(cycle.faults()).isNotEmpty();
            Set<Integer> hit = new HashSet<>();
            for (Fault fault : cycle.faults()) {
                seen.add(fault.kind());
                assertThat(fault.delay()).isLessThan(cycle.hold());
                if (fault.kind().group() != Fault.Group.NETWORK && !fault.kind().restartsAll()) {
                    assertThat(fault.hosts())
                            .allMatch(hit::add, "hit by one fault of %s".formatted(cycle));
                }
            }
        }
        assertThat(seen).isEqualTo(ALL);
    }

    @Test
    void cycles_doNotCombineWhatNothingCouldBear() {
        assertThat(cycles(7, ALL))
                .allSatisfy(cycle -> {
                    Set<Fault.Kind> kinds = EnumSet.noneOf(Fault.Kind.class);
                    cycle.faults().forEach(fault -> kinds.add(fault.kind()));
                    if (kinds.stream().anyMatch(Fault.Kind::restartsAll)) {
                        assertThat(kinds)
                                .doesNotContain(
                                        Fault.Kind.DISK_FULL, Fault.Kind.PAUSE, Fault.Kind.FREEZE);
                    }
                    if (kinds.contains(Fault.Kind.TRUNCATE)) {
                        assertThat(kinds).noneMatch(kind -> kind.group() == Fault.Group.NETWORK);
                    }
                });
    }

    @Test
    void kinds_notAskedFor_doNotHappen() {
        Set<Fault.Kind> few = Chaos.kinds("pause,one-way");
        assertThat(few).containsExactlyInAnyOrder(Fault.Kind.PAUSE, Fault.Kind.ONE_WAY);
        assertThat(cycles(1, few))
                .allSatisfy(cycle ->
                        assertThat(cycle.faults()).allMatch(it -> few.contains(it.kind())));
        assertThatThrownBy(() -> Chaos.kinds("pause,earthquake"))
                .hasMessageContaining("earthquake")
                .hasMessageContaining("one-way");
    }
}
