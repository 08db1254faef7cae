package io.epmesh.node.adoption;

import io.epmesh.epmd.PortInfo;
import io.epmesh.node.adoption.ListeningSockets.Listener;
import io.epmesh.node.handshake.DistributionHandshake;
import io.epmesh.node.handshake.HandshakeResult;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Tells whether remembered nodes still are what registered. Two proofs count: the socket that was
/// the node's still listens, on whichever address; or the node, asked by a distribution handshake,
/// gives the same full name and creation. Any thread.
public final class Prover {
    private static final int AT_ONCE = 64;

    /// A node listens on one address or on all; more are somebody else's.
    private static final int MOST_ADDRESSES = 4;

    private final DistributionHandshake handshake;
    private final Supplier<Optional<ListeningSockets>> sockets;
    private final Predicate<InetAddress> isOwn;

    /// Proves with what the system tells at the time of asking.
    ///
    /// @param handshake asks nodes
    /// @param sockets what listens now; empty where the system does not tell
    /// @param isOwn which addresses are this host's
    public Prover(
            DistributionHandshake handshake,
            Supplier<Optional<ListeningSockets>> sockets,
            Predicate<InetAddress> isOwn) {
        this.handshake = handshake;
        this.sockets = sockets;
        this.isOwn = isOwn;
    }

    /// Asks for all, a few at a time; blocks until all are known, for `most` at the longest.
    ///
    /// @param nodes whom to prove
    /// @param most after which those that are not known yet count as silent
    /// @return a proof for each
    /// @throws InterruptedException if the calling thread is interrupted
    public Map<RecordedNode, Proof> prove(Collection<RecordedNode> nodes, Duration most)
            throws InterruptedException {
        if (nodes.isEmpty()) {
            return Map.of();
        }
        long end = System.nanoTime() + most.toNanos();
        Optional<ListeningSockets> now = sockets.get();
        Map<RecordedNode, Proof> proofs = new ConcurrentHashMap<>();
        Semaphore turn = new Semaphore(AT_ONCE);
        CountDownLatch open = new CountDownLatch(nodes.size());
        for (RecordedNode node : nodes) {
            if (!turn.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                break;
            }
            var _ =
                    prove(node, now)
                            .whenComplete((proof, bug) -> {
                                proofs.put(node, bug == null ? proof : Proof.SILENT);
                                turn.release();
                                open.countDown();
                            });
        }
        boolean _ = open.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        Map<RecordedNode, Proof> known = new ConcurrentHashMap<>(proofs);
        nodes.forEach(node -> known.putIfAbsent(node, Proof.SILENT));
        return known;
    }

    /// Whether the node that claims the name of a remembered one is that one: it must be at the
    /// same port of the same host, where nobody but the remembered one listens.
    ///
    /// @param node the remembered one
    /// @param claim what the other says of itself
    /// @param source from where it claims
    /// @return the proof of the remembered one, and whether the claim is its own
    public CompletableFuture<Contest> contest(
            RecordedNode node, PortInfo claim, InetAddress source) {
        Optional<ListeningSockets> now = sockets.get();
        boolean sameHost =
                source.equals(node.source()) || (isOwn.test(source) && isOwn.test(node.source()));
        boolean samePlace = sameHost && claim.port() == node.info().port();
        boolean alone =
                now.map(known -> known.at(claim.port()).size() == 1).orElse(true)
                        || !isOwn.test(source);
        return prove(node, now)
                .thenApply(
                        proof -> new Contest(proof, samePlace && alone && proof == Proof.PROVEN));
    }

    /// What came of a contest.
    ///
    /// @param holder the proof of the remembered node
    /// @param isSameNode whether the claim is the remembered node's
    public record Contest(Proof holder, boolean isSameNode) {}

    private CompletableFuture<Proof> prove(RecordedNode node, Optional<ListeningSockets> now) {
        int port = node.info().port();
        boolean listens =
                now.isPresent()
                        && node.socket().isPresent()
                        && now.get().holds(port, node.socket().getAsLong());
        if (listens) {
            return CompletableFuture.completedFuture(Proof.PROVEN);
        }
        if (port == 0 || node.said().isEmpty()) {
            boolean untold = now.isEmpty() && node.socket().isPresent();
            return CompletableFuture.completedFuture(untold ? Proof.UNASKED : Proof.NONE);
        }
        List<CompletableFuture<Proof>> asked = new ArrayList<>();
        for (InetAddress address : addresses(node, now)) {
            asked.add(
                    handshake
                            .ask(new InetSocketAddress(address, port), node.info().highestVersion())
                            .thenApply(result -> proof(node.said().get(), result))
                            .toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(_ ->
                        asked.stream()
                                .map(CompletableFuture::join)
                                .min(Proof::compareTo)
                                .orElse(Proof.NONE));
    }

    /// Where the node may be asked: where something listens at its port, or, as it is not of this
    /// host or the system does not tell, from where it registered.
    private Set<InetAddress> addresses(RecordedNode node, Optional<ListeningSockets> now) {
        if (now.isEmpty() || !isOwn.test(node.source())) {
            return Set.of(node.source());
        }
        Set<InetAddress> addresses = new LinkedHashSet<>();
        for (Listener listener : now.get().at(node.info().port())) {
            if (addresses.size() < MOST_ADDRESSES) {
                addresses.add(listener.dialled());
            }
        }
        return addresses;
    }

    private static Proof proof(SelfDescription said, HandshakeResult result) {
        return switch (result) {
            case HandshakeResult.Identified(var fullName, var creation) ->
                    fullName.equals(said.fullName())
                                    && creation.isPresent()
                                    && creation.getAsLong() == said.creation()
                            ? Proof.PROVEN
                            : Proof.NONE;
            case HandshakeResult.Accepts _, HandshakeResult.Encrypted _ -> Proof.SILENT;
            case HandshakeResult.Refused _ -> Proof.NONE;
            case HandshakeResult.Unasked _ -> Proof.UNASKED;
        };
    }
}
