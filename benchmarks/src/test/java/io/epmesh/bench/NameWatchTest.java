package io.epmesh.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.epmesh.bench.Sighting.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The bytes are those that both sides of the session are tested with.
class NameWatchTest {
    private static final Path GOLDEN =
            Path.of("..", "registry-node", "src", "test", "resources", "golden", "session");

    private final BlockingQueue<Sighting> seen = new LinkedBlockingQueue<>();

    @Test
    void watch_snapshotAndChanges_areSeenAndKnown() throws Exception {
        try (ServerSocketChannel peer = ServerSocketChannel.open()) {
            peer.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            NameWatch watch =
                    new NameWatch(() -> SocketChannel.open(peer.getLocalAddress()), 3, seen::add);
            try (watch;
                    SocketChannel client = peer.accept()) {
                for (String file : new String[] {"welcome", "answer-watch-snapshot"}) {
                    client.write(golden(file));
                }
                assertSeen("a@h1", State.UP);
                assertSeen("b@h2", State.ORPHANED);
                client.write(golden("answer-watch-changes"));
                assertSeen("a@h1", State.UP);
                assertSeen("c@h3", State.GONE);
                assertSeen("räbbit@h3", State.GONE);
                assertThat(watch.names())
                        .isEqualTo(Map.of("a@h1", State.UP, "b@h2", State.ORPHANED));
            }
        }
    }

    private void assertSeen(String name, State state) throws InterruptedException {
        Sighting next = seen.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("a sighting in time").isNotNull();
        assertThat(next.host()).isEqualTo(3);
        assertThat(next.name()).isEqualTo(name);
        assertThat(next.state()).isEqualTo(state);
    }

    private static ByteBuffer golden(String name) throws IOException {
        String text = Files.readString(GOLDEN.resolve(name + ".hex"));
        return ByteBuffer.wrap(
                HexFormat.of().parseHex(text.replaceAll("#.*", "").replaceAll("\\s", "")));
    }
}
