package io.epmesh.node;

import io.epmesh.node.adoption.ClientProcess;
import io.epmesh.node.cables.LocalNode;
import io.epmesh.relay.SourceFinder;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Finds which node of this host opened a connection that does not say so, as under TLS: the one at
/// whose distribution port its process listens. One question at a time, on the thread `sources`;
/// those beyond the queue are not answered.
final class SourceNodes implements SourceFinder, AutoCloseable {
    private static final int WAITING = 64;

    private final Supplier<Collection<LocalNode>> nodes;
    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(WAITING),
                    task -> Thread.ofPlatform().name("sources").daemon().unstarted(task));

    /// @param nodes this host's registered nodes
    SourceNodes(Supplier<Collection<LocalNode>> nodes) {
        this.nodes = nodes;
    }

    @Override
    public CompletionStage<Optional<String>> find(
            InetSocketAddress client, InetSocketAddress server) {
        try {
            return CompletableFuture.supplyAsync(() -> look(client, server), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
    }

    private Optional<String> look(InetSocketAddress client, InetSocketAddress server) {
        Set<Integer> ports = ClientProcess.listensAt(client, server);
        List<LocalNode> listening =
                nodes.get().stream()
                        .filter(node -> node.source().isEmpty() && ports.contains(node.port()))
                        .toList();
        return listening.size() == 1
                ? Optional.of(listening.getFirst().node().toString())
                : Optional.empty();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
