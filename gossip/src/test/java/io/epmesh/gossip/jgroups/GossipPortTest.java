package io.epmesh.gossip.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.gossip.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Real sockets on loopback: what peers and strangers do to a port.
class GossipPortTest {
    private static final long MESH = Hello.mesh("test");
    private static final Hello CALLER = new Hello(MESH, new PeerId(2, 2), 7);

    private static final int PATIENCE_MILLIS = 60_000;

    private final Told told = new Told();
    private GossipPort port;

    @BeforeEach
    void bind() throws Exception {
        port = open(new Hello(MESH, new PeerId(1, 1), 1));
        port.accept(told);
    }

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void frame_ofAnotherPort_arrives() throws Exception {
        try (GossipPort other = open(CALLER)) {
            byte[] data = "xhellox".getBytes(StandardCharsets.UTF_8);
            other.send(List.of(port.address()), data, 1, 5);
            assertThat(told.next()).isEqualTo("received hello");
        }
        assertThat(port.dropped()).isZero();
    }

    /// A state of 16 MiB never came: beyond what the kernel takes at once its parts were dropped.
    @Test
    void message_ofManyParts_arrivesWhole_andLetsBeatsPass() throws Exception {
        byte[] part = new byte[Outbound.BULK_BYTES];
        int parts = 512;
        try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var to = List.of((InetSocketAddress) slow.getLocalSocketAddress());
            for (int i = 0; i < parts; i++) {
                port.send(to, part, 0, part.length);
            }
            try (Socket accepted = slow.accept()) {
                DataInputStream in = new DataInputStream(accepted.getInputStream());
                in.skipNBytes(Hello.LENGTH);
                in.skipNBytes(in.readInt()); // the first one is under way
                port.send(to, new byte[] {'b'}, 0, 1);
                int before = 0;
                int arrived = 1;
                for (int i = 0; i < parts; i++) {
                    int length = in.readInt();
                    in.skipNBytes(length);
                    arrived += length == part.length ? 1 : 0;
                    before = length == 1 ? i : before;
                }
                assertThat(arrived).isEqualTo(parts);
                assertThat(before).as("parts in front of a beat").isLessThan(parts / 2);
            }
        }
        assertThat(port.dropped()).isZero();
    }

    @Test
    void goodbye_thenEnd_isNoSignOfDeath() throws Exception {
        try (GossipPort other = open(CALLER)) {
            other.send(List.of(port.address()), new byte[] {'a'}, 0, 1);
            assertThat(told.next()).isEqualTo("received a");
        }
        Hello next = new Hello(MESH, new PeerId(3, 3), 1);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(hello(next));
        }
        assertThat(told.next()).isEqualTo("closed " + next.peer()); // and nothing of the first
    }

    @Test
    void end_withoutGoodbye_isToldAtOnce() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(hello(CALLER));
            socket.getOutputStream().write(new byte[] {0, 0, 0, 1, 'b'});
            assertThat(told.next()).isEqualTo("received b");
        }
        assertThat(told.next()).isEqualTo("closed " + CALLER.peer());
    }

    @Test
    void connect_refused_isToldAndDropped() throws Exception {
        GossipPort gone = open(CALLER);
        InetSocketAddress address = gone.address();
        gone.close();
        port.send(List.of(address), new byte[] {'c'}, 0, 1);
        assertThat(told.next()).isEqualTo("gone " + address);
    }

    /// Members that evict one another close their connections and live on.
    @Test
    void connection_closedByOneThatListens_isNoSignOfItsEnd() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            InetSocketAddress address = (InetSocketAddress) other.getLocalSocketAddress();
            port.send(List.of(address), new byte[] {'c'}, 0, 1);
            closeOnceOld(other.accept());
            assertThat(told.next()).isEqualTo("unreachable " + address);
            other.accept().close(); // opened anew without a frame to send
            assertThat(told.next()).isEqualTo("unreachable " + address);
        }
    }

    @Test
    void connection_closedByOneThatEnds_isToldToBeGoneAtOnce() throws Exception {
        ServerSocket other = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        InetSocketAddress address = (InetSocketAddress) other.getLocalSocketAddress();
        port.send(List.of(address), new byte[] {'c'}, 0, 1);
        Socket accepted = other.accept();
        other.close();
        closeOnceOld(accepted);
        assertThat(told.next()).isEqualTo("unreachable " + address);
        assertThat(told.next()).isEqualTo("gone " + address);
    }

    /// Closes a connection after so long that it counts as having been of use.
    private static void closeOnceOld(Socket socket) throws IOException {
        socket.setSoTimeout(2 * 250);
        byte[] all = new byte[1_024];
        try {
            while (socket.getInputStream().read(all) >= 0) {
                // the hello and the frame, then nothing until the time is over
            }
        } catch (SocketTimeoutException old) {
            socket.close();
        }
    }

    @Test
    void garbage_atOnce_closesTheConnection() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            assertEnds(socket);
        }
        assertThat(told.next()).isEqualTo("refused");
    }

    @Test
    void otherMesh_hello_closesTheConnection() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(hello(new Hello(Hello.mesh("other"), CALLER.peer(), 1)));
            assertEnds(socket);
        }
        assertThat(told.next()).isEqualTo("refused");
    }

    @Test
    void versions_ofAHello_decideWhoIsLetIn() throws Exception {
        Hello later = new Hello(new Hello.Versions(1, 7), MESH, CALLER.peer(), 1);
        try (Socket socket = connect()) {
            socket.getOutputStream().write(hello(later));
            socket.getOutputStream().write(new byte[] {0, 0, 0, 1, 'v'});
            assertThat(told.next()).isEqualTo("received v");
        }
        assertThat(told.next()).isEqualTo("closed " + CALLER.peer());
        Hello tooLate = new Hello(new Hello.Versions(2, 7), MESH, CALLER.peer(), 1);
        try (Warnings warnings = Warnings.of(Mismatches.class);
                Socket socket = connect()) {
            socket.getOutputStream().write(hello(tooLate));
            assertEnds(socket);
            assertThat(told.next()).isEqualTo("refused");
            assertThat(warnings.lines())
                    .containsExactly(
                            "gossip: 127.0.0.1 speaks versions 2..7 (expected: one of 1..1)");
        }
    }

    @Test
    void oversizeFrame_length_closesTheConnection() throws Exception {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(hello(CALLER));
            ByteBuf length = Unpooled.copyInt(GossipPort.MAX_FRAME_BYTES + 1);
            socket.getOutputStream().write(ByteBufUtil.getBytes(length));
            assertEnds(socket);
        }
        assertThat(told.next()).isEqualTo("refused");
    }

    @Test
    void silentStrangers_anyNumber_doNotDelayAPeer() throws Exception {
        Duration enough = Duration.ofSeconds(1);
        assertThat(Moment.shortest(enough, this::sendBesideStrangers)).isLessThan(enough);
    }

    private Duration sendBesideStrangers() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (GossipPort other = open(CALLER)) {
            for (int i = 0; i < 4 * Strangers.MAX_PER_SOURCE; i++) {
                Socket socket = connect();
                silent.add(socket);
                socket.getOutputStream().write('E'); // as if a hello dripped
            }
            long before = System.nanoTime();
            other.send(List.of(port.address()), new byte[] {'d'}, 0, 1);
            assertThat(told.next()).isEqualTo("received d");
            Duration took = Moment.since(before);
            assertEnds(silent.getFirst()); // gave way to a later one
            return took;
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void send_tooLong_isDroppedAndCounted() {
        byte[] data = new byte[GossipPort.MAX_FRAME_BYTES + 1];
        port.send(List.of(port.address()), data, 0, data.length);
        assertThat(port.dropped()).isEqualTo(1);
    }

    private static GossipPort open(Hello hello) throws Exception {
        return GossipPort.bind(
                hello,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                java.util.Optional.empty());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(port.address().getAddress(), port.address().getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static byte[] hello(Hello hello) {
        ByteBuf out = Unpooled.buffer();
        hello.encode(out);
        return ByteBufUtil.getBytes(out);
    }

    private static void assertEnds(Socket socket) {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    /// What the port told, in order.
    private static final class Told implements GossipPort.Listener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            String event = events.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            return event == null ? "nothing" : event;
        }

        @Override
        public void received(byte[] frame) {
            events.add("received " + new String(frame, StandardCharsets.UTF_8));
        }

        @Override
        public void closed(Hello peer) {
            events.add("closed " + peer.peer());
        }

        @Override
        public void unreachable(InetSocketAddress address) {
            events.add("unreachable " + address);
        }

        @Override
        public void gone(InetSocketAddress address) {
            events.add("gone " + address);
        }

        @Override
        public void refused() {
            events.add("refused");
        }
    }
}
