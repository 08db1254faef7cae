package io.epmesh.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.handshake.DistributionHandshake;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class LateNodesTest {
    private static final SelfDescription A = new SelfDescription("a", "h", 77);

    /// In one of them a busy machine has answered, too.
    private static final int MANY = 30;

    private final DistributionHandshake handshake =
            new DistributionHandshake(Duration.ofMillis(300));
    private final List<RecordedNode> proven = new ArrayList<>();
    private final List<RecordedNode> givenUp = new ArrayList<>();

    /// What the system does before it is asked what listens, so before each round.
    private Runnable beforeRound = () -> {};

    private int rounds;

    @AfterEach
    void close() {
        handshake.close();
    }

    private void ask(RecordedNode node, int times) throws InterruptedException {
        Prover prover =
                new Prover(
                        handshake,
                        () -> {
                            rounds++;
                            beforeRound.run();
                            return ListeningSockets.read();
                        },
                        InetAddress::isLoopbackAddress);
        LateNodes late =
                new LateNodes(List.of(node), prover, Collections.nCopies(times, Duration.ZERO));
        while (late.pause().isPresent()) {
            late.ask(proven::add, givenUp::add);
        }
    }

    @Test
    void ask_nodeThatAnswersLate_isProvenOnceAndAskedNoMore() throws Exception {
        try (ListeningNode node = ListeningNode.saying(A)) {
            node.freeze();
            beforeRound =
                    () -> {
                        if (rounds == 3) {
                            node.thaw();
                        }
                    };
            RecordedNode remembered = node.remembered().saying(A);
            ask(remembered, MANY);
            assertThat(proven).containsExactly(remembered);
            assertThat(givenUp).isEmpty();
            assertThat(rounds).isBetween(3, MANY - 1);
        }
    }

    @Test
    void ask_nodeThatIsDisproven_isGivenUpAtOnce() throws Exception {
        try (ListeningNode node = ListeningNode.saying(new SelfDescription("a", "h", 78))) {
            RecordedNode remembered = node.remembered().saying(A);
            ask(remembered, MANY);
            assertThat(proven).isEmpty();
            assertThat(givenUp).containsExactly(remembered);
            assertThat(rounds).isLessThan(MANY);
        }
    }

    @Test
    void ask_nodeThatStaysSilent_isGivenUpInTheEnd() throws Exception {
        try (ListeningNode node = ListeningNode.silent()) {
            RecordedNode remembered = node.remembered().saying(A);
            ask(remembered, 2);
            assertThat(proven).isEmpty();
            assertThat(givenUp).containsExactly(remembered);
            assertThat(rounds).isEqualTo(2);
        }
    }

    @Test
    void pauses_growAndEnd() {
        assertThat(LateNodes.PAUSES).isSorted().doesNotHaveDuplicates();
        assertThat(LateNodes.PAUSES.stream().reduce(Duration::plus))
                .isEqualTo(Optional.of(Duration.ofSeconds(36)));
    }
}
