package io.epmesh.relay;

import static io.epmesh.relay.Nodes.LOOPBACK;
import static io.epmesh.relay.Nodes.accept;
import static io.epmesh.relay.Nodes.address;
import static io.epmesh.relay.Nodes.await;
import static io.epmesh.relay.Nodes.connect;
import static io.epmesh.relay.Nodes.get;
import static io.epmesh.relay.Nodes.greeting;
import static io.epmesh.relay.Nodes.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whose a connection is, and where its target may be.
class WaysTest {
    private static final byte[] HELLO_OF_TLS = {0x16, 3, 1, 0, 5, 1, 2, 3, 4, 5};

    private final CompletableFuture<Optional<String>> found = new CompletableFuture<>();
    private final CompletableFuture<List<Integer>> asked = new CompletableFuture<>();
    private ServerSocket target;
    private Relay relay;

    @BeforeEach
    void start() throws IOException {
        target = Nodes.listening();
        relay = Relay.start(Optional.empty(), RelayLimits.DEFAULTS, this::find);
    }

    @AfterEach
    void close() throws IOException {
        relay.close();
        target.close();
    }

    private CompletionStage<Optional<String>> find(InetSocketAddress client, InetSocketAddress to) {
        asked.complete(List.of(client.getPort(), to.getPort()));
        return found;
    }

    @Test
    void connection_thatDoesNotSayWhose_waitsForWhatIsFound() throws Exception {
        try (Socket source = connect(open(address(target)))) {
            send(source, HELLO_OF_TLS);
            assertThat(get(asked)).containsExactly(source.getLocalPort(), source.getPort());
            assertThat(sources()).isEmpty();
            found.complete(Optional.of("a@h1"));
            try (Socket reached = accept(target)) {
                assertThat(reached.getInputStream().readNBytes(HELLO_OF_TLS.length))
                        .isEqualTo(HELLO_OF_TLS);
                assertThat(sources()).containsExactly("a@h1");
            }
        }
    }

    @Test
    void connection_ofWhichNothingIsFound_hasTheFallback() throws Exception {
        found.complete(Optional.empty());
        assertFallback();
    }

    @Test
    void finder_thatFails_leavesTheFallback() throws Exception {
        found.completeExceptionally(new IllegalStateException("on purpose, by a test"));
        assertFallback();
    }

    private void assertFallback() throws Exception {
        try (Socket source = connect(open(address(target)))) {
            send(source, HELLO_OF_TLS);
            try (Socket _ = accept(target)) {
                assertThat(sources()).containsExactly("unknown@h1");
            }
        }
    }

    @Test
    void connection_thatEndsWhileItsNodeIsLookedFor_leavesNothing() throws Exception {
        try (Socket source = connect(open(address(target)))) {
            send(source, HELLO_OF_TLS);
            get(asked);
            source.setSoLinger(true, 0);
        }
        found.complete(Optional.of("a@h1"));
        await("nothing is left", () -> sources().isEmpty());
    }

    @Test
    void greeting_isNotLookedFor() throws Exception {
        try (Socket source = connect(open(address(target)))) {
            send(source, greeting("a@h1"));
            try (Socket _ = accept(target)) {
                assertThat(sources()).containsExactly("a@h1");
                assertThat(asked).isNotDone();
            }
        }
    }

    @Test
    void target_isDialledWhereItListens() throws Exception {
        InetSocketAddress closed;
        try (ServerSocket one = Nodes.listening()) {
            closed = address(one);
        }
        try (Socket source = connect(open(closed, address(target)))) {
            send(source, greeting("a@h1"));
            accept(target).close();
        }
    }

    private int open(InetSocketAddress... places) throws Exception {
        Route route =
                new Route(
                        LOOPBACK,
                        "b@h1",
                        new Place.Near(List.of(places)),
                        Optional.empty(),
                        "unknown@h1");
        OpenResult opened = get(relay.open(route));
        return ((OpenResult.Opened) opened).port();
    }

    private List<String> sources() throws Exception {
        return get(relay.cables()).stream().map(CableView::source).toList();
    }
}
