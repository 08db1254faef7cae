package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RememberedPeersTest {
    private static final List<InetSocketAddress> PLACES =
            List.of(
                    new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4370),
                    new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 99));

    @TempDir Path directory;

    private Path file() {
        return directory.resolve("peers");
    }

    @Test
    void store_thenLoad_isTheSame() throws Exception {
        new RememberedPeers(file()).store(PLACES);
        assertThat(new RememberedPeers(file()).load()).containsExactlyInAnyOrderElementsOf(PLACES);
        assertThat(Files.readAllLines(file()))
                .containsExactly("10.0.0.1:4370", "[2001:db8:0:0:0:0:0:1]:99");
    }

    @Test
    void store_nobodyMet_keepsTheFile() throws Exception {
        RememberedPeers remembered = new RememberedPeers(file());
        remembered.store(PLACES);
        remembered.store(List.of());
        assertThat(Files.readAllLines(file())).hasSize(2);
    }

    @Test
    void load_spoiltLines_areLeftOut() throws Exception {
        Files.writeString(
                file(),
                """
                10.0.0.1:4370
                h2:1
                10.0.0.1
                10.0.0.1:0
                10.0.0.1:99999
                [::x]:1
                999.1.1.1:3
                """);
        assertThat(new RememberedPeers(file()).load()).containsExactly(PLACES.getFirst());
    }

    @Test
    void load_noFileNoTextOrTooLong_isNobody() throws Exception {
        assertThat(new RememberedPeers(file()).load()).isEmpty();
        Files.write(file(), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThat(new RememberedPeers(file()).load()).isEmpty();
        Files.writeString(file(), "10.0.0.1:4370\n".repeat(10_000));
        assertThat(new RememberedPeers(file()).load()).isEmpty();
    }

    @Test
    void store_directoryGone_isNoFault() {
        RememberedPeers remembered = new RememberedPeers(directory.resolve("none/peers"));
        remembered.store(PLACES);
        assertThat(remembered.load()).isEmpty();
    }
}
