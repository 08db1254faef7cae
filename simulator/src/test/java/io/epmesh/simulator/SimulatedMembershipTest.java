package io.epmesh.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.simulator.MembershipModel.Behaviour;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Is the simulated membership as wrong as the real one? Whatever a recorded trace shows of a
/// fault, some seed of the simulated mesh shows of the same fault.
class SimulatedMembershipTest {
    private static final int SEEDS = 60;

    @ParameterizedTest
    @ValueSource(strings = {"split", "bridge", "one-way", "freeze", "restart"})
    void membership_underAFault_showsAllThatTheRealOneShowed(String fault) throws IOException {
        Set<Behaviour> real = recorded(fault);
        Set<Behaviour> shown = EnumSet.noneOf(Behaviour.class);
        for (int seed = 1; seed <= SEEDS && !shown.containsAll(real); seed++) {
            shown.addAll(MembershipModel.shown(Trace.parse(SimulatedTrace.of(fault, seed))));
        }
        assertThat(shown).containsAll(real);
    }

    @ParameterizedTest
    @ValueSource(strings = {"split", "bridge", "one-way", "freeze", "restart", "calm"})
    void trace_simulated_breaksNoRule(String fault) {
        for (int seed = 1; seed <= 3; seed++) {
            assertThat(MembershipModel.broken(Trace.parse(SimulatedTrace.of(fault, seed))))
                    .as("%s, seed %d", fault, seed)
                    .isEmpty();
        }
    }

    private static Set<Behaviour> recorded(String name) throws IOException {
        try (InputStream in =
                SimulatedMembershipTest.class.getResourceAsStream("/traces/" + name + ".txt")) {
            List<String> lines =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
            return MembershipModel.shown(Trace.parse(lines));
        }
    }
}
