package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Two hosts without IPv4 between them.
final class Ipv6Test {
    private static final String PREFIX = "fd00:213:77::";

    @Test
    void mesh_overIpv6Alone_findsNodesAndTheirAddresses() throws Exception {
        try (Hosts hosts = Hosts.start(2)) {
            for (int number = 1; number <= 2; number++) {
                Host host = hosts.host(number);
                host.run("ip", "address", "flush", "dev", "eth0").orFail();
                host.run("ip", "address", "add", PREFIX + number + "/64", "dev", "eth0", "nodad")
                        .orFail();
            }
            Peer first = Peer.start(hosts.host(1), "gossip-address = " + PREFIX + 1);
            Peer second = Peer.start(hosts.host(2), "join = [" + PREFIX + "1]");
            first.awaitEpmd();
            second.awaitEpmd();
            try (ErlangNode node =
                    ErlangNode.start(hosts.host(2), "rabbit", 9102, "-proto_dist", "inet6_tcp")) {
                assertThat(node.fullName()).isEqualTo("rabbit@h2");
                Host h1 = hosts.host(1);
                Await.within(
                        SETTLED,
                        () -> Mesh.checkLookup(h1, "rabbit@h2", OptionalInt.of(node.port())));
                assertThat(h1.epmdOf(PREFIX + 2).lookup("rabbit")).hasValue(node.port());
                Finished lookup = h1.epmesh("lookup", "rabbit@h2", "--format", "json").orFail();
                assertThat(Json.parse(lookup.out()).having("address"))
                        .as("%s", lookup)
                        .singleElement()
                        .satisfies(answer ->
                                assertThat(answer.text("address"))
                                        .isEqualTo("fd00:213:77:0:0:0:0:2"));
            }
        }
    }
}
