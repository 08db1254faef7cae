package io.epmesh.relay;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Sees the cables of relays, where there is no relay itself: it only asks. Any thread.
public final class Onlooker implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(1);

    private final RelayLoop loop = new RelayLoop();
    private final TunnelClient client;

    /// Has no thread before it is asked.
    ///
    /// @param tls for connections that are opened from now on; empty: they are in clear text
    public Onlooker(Supplier<Optional<TunnelSettings.Tls>> tls) {
        this.client =
                new TunnelClient(
                        loop.connecting(CONNECT), tls, TunnelVersions.OURS, loop.computing());
    }

    /// Asks a relay for its cables.
    ///
    /// @param tunnel resolved, of its tunnel port
    /// @return what it says, within about 1 s; empty: nothing, or nothing in time
    public CompletionStage<Optional<CableListing>> cablesOf(InetSocketAddress tunnel) {
        CompletableFuture<Optional<CableListing>> answer = new CompletableFuture<>();
        loop.run(() -> client.query(tunnel, answer), () -> answer.complete(Optional.empty()));
        return answer;
    }

    /// Ends it, within some seconds.
    @Override
    public void close() {
        loop.shutDown();
    }
}
