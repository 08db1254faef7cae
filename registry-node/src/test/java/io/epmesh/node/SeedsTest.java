package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.config.JoinTarget;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SeedsTest {
    private static final InetAddress A = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress B = InetAddress.ofLiteral("10.0.0.2");

    @Test
    void addresses_dnsNameAndPeer_areAllThatResolve() {
        Seeds seeds =
                new Seeds(
                        List.of(
                                new JoinTarget.DnsName("peers", 1),
                                new JoinTarget.Peer("h2", 2),
                                new JoinTarget.Peer("unknown", 3)),
                        host ->
                                switch (host) {
                                    case "peers" -> new InetAddress[] {A, B};
                                    case "h2" -> new InetAddress[] {B};
                                    default -> throw new UnknownHostException(host);
                                });
        assertThat(seeds.addresses())
                .containsExactly(
                        new InetSocketAddress(A, 1),
                        new InetSocketAddress(B, 1),
                        new InetSocketAddress(B, 2));
        assertThat(seeds.beaconPort()).isEmpty();
    }

    @Test
    @Timeout(120)
    void addresses_oneNameHangs_othersAreThereWithinAMoment() {
        CountDownLatch never = new CountDownLatch(1);
        Seeds seeds =
                new Seeds(
                        List.of(new JoinTarget.Peer("hangs", 1), new JoinTarget.Peer("h2", 2)),
                        host -> {
                            if (host.equals("hangs")) {
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    throw new UnknownHostException(host);
                                }
                            }
                            return new InetAddress[] {A};
                        });
        // None of them waits for the one that hangs, or the test would.
        Await.until(
                "the other is there",
                () -> seeds.addresses().equals(List.of(new InetSocketAddress(A, 2))));
        never.countDown();
        Await.until("late answer counts", () -> seeds.addresses().size() == 2);
    }

    @Test
    void beaconPort_multicast_isItsPort() {
        Seeds seeds = new Seeds(List.of(new JoinTarget.Multicast(77)), _ -> new InetAddress[0]);
        assertThat(seeds.beaconPort()).hasValue(77);
        assertThat(seeds.addresses()).isEmpty();
    }
}
