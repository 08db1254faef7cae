package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.epmesh.gossip.Network;
import io.epmesh.gossip.PeerId;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResolvingNetworkTest {
    private static final InetSocketAddress SEED = new InetSocketAddress(Nodes.LOOPBACK, 4370);
    private static final PeerId SELF = new PeerId(0, 1);
    private static final PeerId OTHER = new PeerId(0, 2);

    private final List<FakeNetwork> made = new CopyOnWriteArrayList<>();
    private final List<List<InetSocketAddress>> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch dns = new CountDownLatch(1);
    private volatile List<InetSocketAddress> known = List.of();
    private final ResolvingNetwork network =
            new ResolvingNetwork(this::resolve, this::make, Duration.ofMillis(1));

    @AfterEach
    void close() {
        dns.countDown();
        network.close();
    }

    @Test
    void start_dnsSilent_returnsAtOnceAndClosesAtOnce() {
        network.start(new Nobody());
        network.send(OTHER, new byte[1]);
        network.broadcast(new byte[1]);
        network.close();
        assertThat(made).isEmpty();

        dns.countDown();
        Await.until("what was made too late is closed", () -> isLast("close"));
        assertThat(made.getFirst().calls).containsExactly("close");
    }

    @Test
    void start_twice_isABug() {
        network.start(new Nobody());
        assertThatIllegalStateException().isThrownBy(() -> network.start(new Nobody()));
    }

    @Test
    void messages_onceResolved_areCarried() {
        dns.countDown();
        network.start(new Nobody());
        Await.until("started", () -> isLast("start"));
        network.send(OTHER, new byte[1]);
        network.broadcast(new byte[1]);

        assertThat(made.getFirst().calls).containsExactly("start", "send", "broadcast");
    }

    @Test
    void seeds_thatAppearWhileAlone_areJoined() {
        dns.countDown();
        network.start(new Nobody());
        Await.until("started", () -> isLast("start"));
        known = List.of(SEED);

        Await.until("a second network", () -> made.size() == 2 && isLast("start"));
        assertThat(asked.getLast()).containsExactly(SEED);
        assertThat(made.getFirst().isClosed()).isTrue();
        assertThat(made.getLast().isClosed()).isFalse();
    }

    @Test
    void seeds_thatChangeWhileInCompany_areJoinedWhenAloneAgain() {
        dns.countDown();
        network.start(new Nobody());
        Await.until("started", () -> isLast("start"));
        Network.Listener listener = made.getFirst().listener.orElseThrow();
        listener.viewChanged(Set.of(SELF, OTHER));
        known = List.of(SEED);
        assertThat(made).hasSize(1);
        listener.viewChanged(Set.of(SELF));

        Await.until("alone again", () -> made.size() == 2);
    }

    private boolean isLast(String call) {
        return !made.isEmpty()
                && !made.getLast().calls.isEmpty()
                && made.getLast().calls.getLast().equals(call);
    }

    private List<InetSocketAddress> resolve() {
        try {
            dns.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return known;
    }

    private FakeNetwork make(List<InetSocketAddress> seeds) {
        asked.add(seeds);
        FakeNetwork fake = new FakeNetwork();
        made.add(fake);
        return fake;
    }

    private static final class Nobody implements Network.Listener {
        @Override
        public void received(byte[] message) {}

        @Override
        public void viewChanged(Set<PeerId> members) {}

        @Override
        public void suspected(PeerId peer) {}
    }
}
