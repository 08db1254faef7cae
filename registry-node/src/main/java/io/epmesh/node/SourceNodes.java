package io.epmesh.node;

import io.epmesh.node.adoption.ClientProcess;
import io.epmesh.node.cables.LocalNode;
import io.epmesh.relay.SourceFinder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
    private final Map<InetAddress, List<String>> meshNames;
    private final ThreadPoolExecutor executor =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(WAITING),
                    task -> Thread.ofPlatform().name("sources").daemon().unstarted(task));

    /// @param nodes this host's registered nodes
    /// @param meshNames the names of the mesh host that addresses of this host stand for
    SourceNodes(Supplier<Collection<LocalNode>> nodes, Map<InetAddress, List<String>> meshNames) {
        this.nodes = nodes;
        this.meshNames = meshNames;
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
                ? Optional.of(name(listening.getFirst(), server.getAddress()))
                : Optional.empty();
    }

    /// A node of which nobody knows the host part is, where it connects to the mesh host, one of
    /// it: so it is where others look it up.
    private String name(LocalNode node, InetAddress connectedTo) {
        List<String> names = meshNames.getOrDefault(connectedTo, List.of());
        return node.assumed() && !names.isEmpty()
                ? node.node().name() + "@" + names.getFirst()
                : node.node().toString();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
