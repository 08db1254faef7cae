package io.epmesh.chaos;

import static io.epmesh.chaos.Mesh.SETTLED;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a started peer shows to its network.
final class ExposureTest {
    @Test
    void peer_asItsOperatorStartsIt_listensWhereItShouldAndReadsNoJavaObjects() throws Exception {
        try (Hosts hosts = Hosts.start(2)) {
            Host host = hosts.host(1);
            Peer peer = Peer.first(host);
            peer.awaitEpmd();
            Peer.joining(hosts.host(2), host).awaitEpmd();
            Await.within(SETTLED, () -> assertThat(host.api("peers").having("id")).hasSize(2));

            // JGroups' diagnostics would be a UDP socket that answers whoever asks.
            assertThat(host.run("cat", "/proc/net/udp", "/proc/net/udp6").orFail().out().lines())
                    .as("UDP sockets")
                    .allMatch(line -> line.strip().startsWith("sl"));
            assertThat(
                            host.run("cat", "/proc/net/tcp", "/proc/net/tcp6")
                                    .orFail()
                                    .out()
                                    .lines()
                                    .map(line -> line.strip().split(" +", -1))
                                    .filter(fields -> fields[3].equals("0A"))
                                    .map(fields -> Integer.parseInt(fields[1].split(":", 2)[1], 16))
                                    .distinct())
                    .as("TCP ports that are listened on")
                    .containsExactlyInAnyOrder(4369, 4370, 4371);
            Path options =
                    Stream.of(peer.commandLine().split(" "))
                            .filter(word -> word.startsWith("@"))
                            .map(word -> Path.of(word.substring(1)))
                            .findFirst()
                            .orElseThrow();
            assertThat(Files.readAllLines(options)).contains("-Djdk.serialFilter=!*");
        }
    }
}
