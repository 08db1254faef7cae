package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Unmodified nodes `x@mesh` on three hosts, which distribute themselves on loopback alone.
final class MeshHostTest {
    private static final String[] ON_LOOPBACK = {
        "-kernel", "inet_dist_use_interface", "{127,0,0,1}", "check_ip", "true"
    };

    @Test
    void nodesOfTheMeshHost_formOneCluster_besideOthers() throws Exception {
        try (Hosts hosts = Hosts.start(3)) {
            Path key = hosts.host(1).directory().resolve("key");
            hosts.host(1).epmesh("keys", "new", key.toString()).orFail();
            for (Host host : hosts.all()) {
                Peer.withKey(host, key, hosts.all(), "mesh-host = mesh,mesh.local").awaitEpmd();
            }
            List<ErlangNode> nodes = new ArrayList<>();
            for (Host host : hosts.all()) {
                String name = "n" + host.name().substring(1) + "@mesh";
                nodes.add(ErlangNode.start(host, name, 9101, ON_LOOPBACK));
            }
            ErlangNode rabbit1 = ErlangNode.start(hosts.host(1), "rabbit", 9102);
            ErlangNode rabbit2 = ErlangNode.start(hosts.host(2), "rabbit", 9102);
            for (Host host : hosts.all()) {
                Await.within(SETTLED, () -> checkAllAreVerifiedAt(host));
            }

            ErlangNode first = nodes.getFirst();
            assertThat(first.reaches("n2@mesh")).isTrue();
            assertThat(first.reaches("n3@mesh")).isTrue();
            assertThat(first.reaches("nobody@mesh")).isFalse();
            assertThat(rabbit1.reaches(rabbit2.fullName())).isTrue();
            for (ErlangNode node : nodes) {
                Await.within(
                        SETTLED, () -> assertThat(node.eval("length(nodes()).")).isEqualTo("2"));
            }
            assertThat(first.eval("lists:sort([N || {N, _} <- element(2, net_adm:names(mesh))])."))
                    .isEqualTo("[\"n1\",\"n2\",\"n3\"]");
            assertThat(rabbit1.eval("nodes().")).isEqualTo("[rabbit@h2]");
        }
    }

    private static void checkAllAreVerifiedAt(Host host) {
        assertThat(host.api("names?match=n*@mesh").having("hostIs"))
                .as("nodes of the mesh host, as %s knows them", host)
                .hasSize(3)
                .allSatisfy(name -> assertThat(name.text("hostIs")).isEqualTo("verified"));
    }
}
