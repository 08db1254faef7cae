package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How peers on several hosts find each other where no living seed is named.
final class DiscoveryTest {
    private static final String PREFIX = "fd00:213:77::";

    private static void awaitUp(Host host, int count) {
        Await.within(
                SETTLED,
                () ->
                        assertThat(host.api("peers").having("id"))
                                .as("peers on %s", host)
                                .filteredOn(peer -> peer.text("state").equals("up"))
                                .hasSize(count));
    }

    @Test
    void multicast_noSeeds_findsAllOfTheNetwork() throws Exception {
        try (Hosts hosts = Hosts.start(3)) {
            for (Host host : hosts.all()) {
                host.run("ip", "route", "add", "default", "dev", "eth0").orFail();
                Peer.start(host, "join = multicast").awaitEpmd();
            }
            hosts.all().forEach(host -> awaitUp(host, 3));
        }
    }

    @Test
    void multicast_ipv6Alone_findsAllOfTheNetwork() throws Exception {
        try (Hosts hosts = Hosts.start(2)) {
            for (int number = 1; number <= 2; number++) {
                Host host = hosts.host(number);
                host.run("ip", "address", "flush", "dev", "eth0").orFail();
                host.run("ip", "address", "add", PREFIX + number + "/64", "dev", "eth0", "nodad")
                        .orFail();
                Peer.start(host, "join = multicast\ngossip-address = " + PREFIX + number)
                        .awaitEpmd();
            }
            hosts.all().forEach(host -> awaitUp(host, 2));
        }
    }

    @Test
    void remembered_seedNeverReturns_theOthersFindThemselvesAgain() throws Exception {
        try (Hosts hosts = Hosts.start(3)) {
            List<Peer> peers = new ArrayList<>(List.of(Peer.first(hosts.host(1))));
            peers.add(Peer.joining(hosts.host(2), hosts.host(1)));
            peers.add(Peer.joining(hosts.host(3), hosts.host(1)));
            hosts.all().forEach(host -> awaitUp(host, 3));
            // Its file is written within seconds, and at the end.
            Await.within(
                    SETTLED,
                    () ->
                            assertThat(
                                            hosts.host(2)
                                                    .run(
                                                            "cat",
                                                            hosts.host(2).directory()
                                                                    + "/data/peers")
                                                    .out())
                                    .contains("10.213.77.1:4370", "10.213.77.3:4370"));

            peers.forEach(Peer::kill);
            peers.get(1).restart();
            peers.get(2).restart();

            awaitUp(hosts.host(2), 2);
            awaitUp(hosts.host(3), 2);
        }
    }
}
