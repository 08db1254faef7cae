package io.epmesh.node.adoption;

import io.epmesh.epmd.Adoptions;
import io.epmesh.epmd.PortInfo;
import io.epmesh.epmd.Registration;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/// The registrations that a peer goes on with though no connection holds them: until the node
/// registers again, or no longer proves to be the same. Any thread.
public final class AdoptedNodes implements Adoptions {
    /// How long a round of proofs may take.
    private static final Duration ROUND = Duration.ofSeconds(3);

    /// So often in a row a node may be silent: it may be stopped, or busy.
    private static final int SILENCES = 3;

    private final Prover prover;
    private final Executor executor;
    private final Listener listener;
    private final List<Registration> registrations = new ArrayList<>();

    /// Invariant: those whose node has neither come back nor been given up, by registration id.
    private final Map<Long, Held> held = new ConcurrentHashMap<>();

    /// Confined to [#verify].
    private final Map<Long, Integer> silences = new HashMap<>();

    private record Held(Registration registration, RecordedNode node) {}

    /// Told on the event loop of EPMD.
    public interface Listener {
        /// A node has come back.
        ///
        /// @param adopted its entry, which ended
        /// @param successor its entry from now on
        void handedOver(Registration adopted, Registration successor);
    }

    /// Adopts.
    ///
    /// @param nodes oldest first, each proven
    /// @param prover proves them from now on
    /// @param executor for what may block a little
    /// @param listener told when a node comes back
    public AdoptedNodes(
            List<RecordedNode> nodes, Prover prover, Executor executor, Listener listener) {
        this.prover = prover;
        this.executor = executor;
        this.listener = listener;
        for (RecordedNode node : nodes) {
            Registration registration = node.registration(registrations.size() + 1L);
            registrations.add(registration);
            add(registration, node);
        }
    }

    /// Looks after one more, which the server has adopted behind the start.
    ///
    /// @param registration its entry
    /// @param node proven
    public void add(Registration registration, RecordedNode node) {
        held.put(registration.id(), new Held(registration, node));
    }

    @Override
    public List<Registration> registrations() {
        return List.copyOf(registrations);
    }

    @Override
    public CompletionStage<Holder> contested(
            Registration holder, PortInfo newcomer, InetAddress source) {
        Held adopted = held.get(holder.id());
        if (adopted == null) {
            return CompletableFuture.completedStage(Holder.GONE);
        }
        return CompletableFuture.completedFuture(adopted.node())
                .thenComposeAsync(node -> prover.contest(node, newcomer, source), executor)
                .thenApply(contest ->
                        switch (contest.holder()) {
                            case PROVEN -> contest.isSameNode() ? Holder.SAME_NODE : Holder.LIVES;
                            case SILENT, UNASKED -> Holder.LIVES;
                            case NONE -> Holder.GONE;
                        });
    }

    @Override
    public void handedOver(Registration holder, Registration successor) {
        held.remove(holder.id());
        listener.handedOver(holder, successor);
    }

    /// Asks what nodes have said of themselves meanwhile, to prove them by it from now on.
    ///
    /// @param said what the node of a registration has said of itself, once it has
    public void learn(Function<Registration, Optional<SelfDescription>> said) {
        for (Held adopted : held.values()) {
            if (adopted.node().said().isEmpty()) {
                said.apply(adopted.registration())
                        .ifPresent(self ->
                                held.replace(
                                        adopted.registration().id(),
                                        adopted,
                                        new Held(
                                                adopted.registration(),
                                                adopted.node().saying(self))));
            }
        }
    }

    /// Proves all anew; for one thread at a time, blocks for some seconds at most.
    ///
    /// @param drop told of each that does not prove to be the same
    /// @throws InterruptedException if the calling thread is interrupted
    public void verify(Consumer<Registration> drop) throws InterruptedException {
        Map<Long, Held> now = Map.copyOf(held);
        Map<RecordedNode, Proof> proofs =
                prover.prove(now.values().stream().map(Held::node).toList(), ROUND);
        silences.keySet().retainAll(now.keySet());
        now.forEach((id, adopted) -> {
            Proof proof = proofs.getOrDefault(adopted.node(), Proof.SILENT);
            int silent = proof == Proof.SILENT ? silences.merge(id, 1, Integer::sum) : 0;
            if (proof == Proof.PROVEN) {
                silences.remove(id);
            } else if (proof == Proof.NONE || silent > SILENCES) {
                if (held.remove(id) != null) {
                    drop.accept(adopted.registration());
                }
            }
        });
    }
}
