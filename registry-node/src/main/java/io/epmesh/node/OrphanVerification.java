package io.epmesh.node;

import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Snapshot;
import io.epmesh.gossip.Snapshot.OwnerView;
import io.epmesh.gossip.Snapshot.Phase;
import io.epmesh.node.handshake.DistributionHandshake;
import io.epmesh.node.handshake.HandshakeResult;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.NodeEntry.HostIs;
import io.epmesh.node.naming.NodeRegistration;
import io.epmesh.node.naming.PeerDescription;
import io.epmesh.node.naming.Verifier;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/// Looks after the nodes of orphaned owners, where that falls to this peer: each is asked who it
/// is, soon after the owner was lost and every few seconds from then on, and what does not prove to
/// be what was registered is withdrawn by a verdict. Owned by the thread of `scheduler`.
final class OrphanVerification {
    private static final long ROUND_MILLIS = 1_000;

    /// How often the nodes of one owner are asked.
    private static final long AGAIN_NANOS = 3_000_000_000L;

    private static final int AT_ONCE = 64;

    private final DistributionHandshake handshake;
    private final ScheduledExecutorService scheduler;
    private final Supplier<NameTable> table;
    private final Judge judge;
    private final Consumer<Throwable> onBug;
    private final Map<PeerId, Long> lookedAt = new HashMap<>();

    /// Nodes of orphaned owners that speak TLS: each greeting of such a one is a line in its log.
    private final Map<PeerId, Set<Key>> encrypted = new ConcurrentHashMap<>();

    /// Owners with a round under way; rounds take themselves out.
    private final Set<PeerId> looking = ConcurrentHashMap.newKeySet();

    /// Where verdicts go.
    interface Judge {
        void judge(OwnerView owner, PMap<Key, Finding> findings);
    }

    /// @param scheduler told of what fails in looking
    /// @param onBug told when asking has failed, which is nobody else's fault
    OrphanVerification(
            DistributionHandshake handshake,
            ScheduledExecutorService scheduler,
            Supplier<NameTable> table,
            Judge judge,
            Consumer<Throwable> onBug) {
        this.handshake = handshake;
        this.scheduler = scheduler;
        this.table = table;
        this.judge = judge;
        this.onBug = onBug;
    }

    void start() {
        var _ =
                scheduler.scheduleWithFixedDelay(
                        this::look, ROUND_MILLIS, ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        Snapshot snapshot = table.get().snapshot();
        long now = System.nanoTime();
        lookedAt.keySet().retainAll(snapshot.owners().keySet()); // without those that were dropped
        encrypted.keySet().retainAll(snapshot.owners().keySet());
        for (OwnerView owner : snapshot.owners().values()) {
            if (owner.phase() != Phase.ORPHANED) {
                lookedAt.remove(owner.id());
                encrypted.remove(owner.id());
                continue;
            }
            Long last = lookedAt.get(owner.id());
            boolean due = last == null || now - last >= AGAIN_NANOS;
            if (due
                    && !looking.contains(owner.id())
                    && Verifier.of(owner.id(), snapshot).equals(Optional.of(snapshot.self()))) {
                lookedAt.put(owner.id(), now);
                looking.add(owner.id());
                Thread.ofVirtual().name("verify").start(() -> verify(owner, registrations(owner)));
            }
        }
    }

    private static List<NodeRegistration> registrations(OwnerView owner) {
        List<NodeRegistration> registrations = new ArrayList<>();
        owner.entries()
                .forEach((key, value) ->
                        NodeRegistration.decode(key, value).ifPresent(registrations::add));
        return registrations;
    }

    /// One round, on a thread of its own: a handful of nodes at a time, so that a host with many is
    /// not flooded.
    private void verify(OwnerView owner, List<NodeRegistration> all) {
        try {
            Map<Key, Finding> findings = new HashMap<>();
            for (int from = 0; from < all.size(); from += AT_ONCE) {
                Map<Key, CompletableFuture<Optional<Finding>>> asked = new HashMap<>();
                for (NodeRegistration node :
                        all.subList(from, Math.min(from + AT_ONCE, all.size()))) {
                    asked.put(node.key(), ask(owner, node));
                }
                for (Map.Entry<Key, CompletableFuture<Optional<Finding>>> each : asked.entrySet()) {
                    Optional<Finding> finding = each.getValue().join();
                    if (finding.isEmpty()) {
                        return; // without a verdict: it would be about this peer's descriptors
                    }
                    findings.put(each.getKey(), finding.get());
                }
            }
            judge.judge(owner, HashTreePMap.from(findings));
        } catch (RejectedExecutionException stopping) {
            // the peer is closing, and another one will look
        } catch (RuntimeException bug) {
            onBug.accept(bug);
        } finally {
            looking.remove(owner.id());
        }
    }

    private CompletableFuture<Optional<Finding>> ask(OwnerView owner, NodeRegistration node) {
        Optional<String> address =
                node.address()
                        .or(() ->
                                table.get()
                                        .description(owner.id())
                                        .map(PeerDescription::advertise)
                                        .map(List::getFirst));
        if (node.port() == 0 || address.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.of(Finding.GONE));
        }
        InetSocketAddress target = new InetSocketAddress(address.get(), node.port());
        if (target.isUnresolved()) {
            return CompletableFuture.completedFuture(Optional.of(Finding.GONE));
        }
        Set<Key> reached =
                encrypted.computeIfAbsent(owner.id(), _ -> ConcurrentHashMap.newKeySet());
        CompletionStage<HandshakeResult> asked =
                reached.contains(node.key())
                        ? handshake.reach(target)
                        : handshake.ask(target, node.protocol().highestVersion());
        return asked.thenApply(
                        result -> {
                            if (result instanceof HandshakeResult.Encrypted) {
                                reached.add(node.key());
                            }
                            return finding(node, result);
                        })
                .toCompletableFuture();
    }

    /// Proof is the same full name and, where the node was asked for it before, the same creation.
    ///
    /// @return empty: nobody was asked
    static Optional<Finding> finding(NodeRegistration node, HandshakeResult result) {
        return switch (result) {
            case HandshakeResult.Identified(var full, var creation) -> {
                boolean sameName =
                        node.hostIs() == HostIs.VERIFIED
                                ? full.equals(node.name() + "@" + node.host())
                                : full.startsWith(node.name() + "@");
                boolean sameLife =
                        !node.creationVerified()
                                || creation.isEmpty()
                                || creation.getAsLong() == node.creation();
                yield Optional.of(sameName && sameLife ? Finding.PROVEN : Finding.GONE);
            }
            case HandshakeResult.Accepts _, HandshakeResult.Encrypted _ ->
                    Optional.of(Finding.ACCEPTS);
            case HandshakeResult.Refused _ -> Optional.of(Finding.GONE);
            case HandshakeResult.Unasked _ -> Optional.empty();
        };
    }
}
