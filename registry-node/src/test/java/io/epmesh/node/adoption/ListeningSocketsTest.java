package io.epmesh.node.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.node.adoption.ListeningSockets.Listener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ListeningSocketsTest {
    private static final String HEADING =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";
    private static final String REST = " 00000000:00000000 00:00000000 00000000     0        0 ";

    @TempDir private Path directory;

    private ListeningSockets read(String tcp, String tcp6) throws IOException {
        Files.writeString(directory.resolve("tcp"), HEADING + tcp);
        Files.writeString(directory.resolve("tcp6"), HEADING + tcp6);
        return ListeningSockets.read(directory).orElseThrow();
    }

    @Test
    void read_tables_findsListenersOfBothFamilies() throws IOException {
        Assumptions.assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
        ListeningSockets sockets =
                read(
                        "   0: 0100007F:1111 00000000:0000 0A"
                                + REST
                                + "501 1 ffff 100 0 0 10 0\n"
                                + "   1: 0200000A:1112 00000000:0000 0A"
                                + REST
                                + "502 1 ffff\n"
                                + "   2: 0100007F:1113 0100007F:9999 01"
                                + REST
                                + "503 1 ffff\n",
                        "   0: 00000000000000000000000001000000:1111"
                                + " 00000000000000000000000000000000:0000 0A"
                                + REST
                                + "504 1 ffff 100 0 0 10 0\n");
        assertThat(sockets.at(0x1111))
                .containsExactly(
                        new Listener(InetAddress.ofLiteral("127.0.0.1"), 501),
                        new Listener(InetAddress.ofLiteral("::1"), 504));
        assertThat(sockets.onlyOneAt(0x1111)).isEmpty();
        assertThat(sockets.at(0x1112))
                .containsExactly(new Listener(InetAddress.ofLiteral("10.0.0.2"), 502));
        assertThat(sockets.onlyOneAt(0x1112)).hasValue(502);
        assertThat(sockets.at(0x1113)).isEmpty();
        assertThat(sockets.holds(0x1111, 504)).isTrue();
        assertThat(sockets.holds(0x1112, 504)).isFalse();
    }

    @Test
    void read_noTables_tellsNothing() {
        assertThat(ListeningSockets.read(directory)).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void read_ofThisMachine_tellsASocketFromItsSuccessorAtThePort() throws IOException {
        long first;
        InetSocketAddress address;
        try (ListeningNode node = ListeningNode.silent()) {
            address = node.address();
            first = inode(address.getPort());
        }
        assertThat(ListeningSockets.read().orElseThrow().at(address.getPort())).isEmpty();
        try (ListeningNode _ = ListeningNode.at(address, new SelfDescription("b", "h", 1))) {
            assertThat(inode(address.getPort())).isNotEqualTo(first);
        }
    }

    private static long inode(int port) {
        List<Listener> listeners = ListeningSockets.read().orElseThrow().at(port);
        assertThat(listeners).hasSize(1);
        return listeners.getFirst().inode();
    }
}
