package io.epmesh.node;

import io.epmesh.gossip.Difference;
import io.epmesh.gossip.Gossip;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Standing;
import io.epmesh.node.naming.NameTable;
import io.epmesh.node.naming.Spells;
import io.epmesh.node.naming.Status;
import io.epmesh.node.naming.Status.Lag;
import io.epmesh.node.naming.Status.PeerRef;
import io.epmesh.node.naming.Status.Told;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// Whether the peers know the same, and for how long they did not. Where somebody has looked and
/// found them to differ this looks on until they agree, so that the end is known to
/// [#AGAIN_MILLIS], but not for longer than [#LOOKING_NANOS] after the last that asked. Any thread.
final class Agreement {
    /// After so long a look is repeated.
    static final long AGAIN_MILLIS = 400;

    private static final long LOOKING_NANOS = 60_000_000_000L;

    /// So many lags of one peer are told: an answer for a mesh of hundreds fits into a frame.
    private static final int LAGS = 20;

    /// Answers come on the gossip thread, which has better things to do.
    private static final Executor READER = Thread.ofVirtual().name("agreement")::start;

    private final Supplier<NameTable> table;
    private final Supplier<Gossip> gossip;
    private final Executor again;
    private final AtomicReference<Spells> spells = new AtomicReference<>(Spells.NONE);
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long askedAt;

    /// @param again does something in [#AGAIN_MILLIS], or not at all when this peer ends
    Agreement(Supplier<NameTable> table, Supplier<Gossip> gossip, Executor again) {
        this.table = table;
        this.gossip = gossip;
        this.again = again;
    }

    /// Asks all peers; the answer comes within 1.2 s, half of it after those that ask already.
    CompletionStage<Status> ask() {
        askedAt = System.nanoTime();
        return look();
    }

    private CompletionStage<Status> look() {
        return gossip.get().standings().thenApplyAsync(this::seen, READER);
    }

    private Status seen(Map<PeerId, Optional<Standing>> standings) {
        Status status = status(standings);
        if (!status.converged()
                && System.nanoTime() - askedAt < LOOKING_NANOS
                && looking.compareAndSet(false, true)) {
            again.execute(() -> {
                looking.set(false);
                var _ = look();
            });
        }
        return status;
    }

    Status status(Map<PeerId, Optional<Standing>> standings) {
        NameTable now = table.get();
        String self = now.snapshot().self().toString();
        Map<String, List<PeerRef>> groups = new TreeMap<>();
        List<PeerRef> silent = new ArrayList<>();
        standings.forEach((peer, standing) -> {
            if (standing.isPresent()) {
                groups.computeIfAbsent(standing.get().digest().toString(), _ -> new ArrayList<>())
                        .add(ref(now, peer, standing.get()));
            } else {
                silent.add(new PeerRef(peer.toString(), host(now, peer)));
            }
        });
        List<Status.Group> grouped = new ArrayList<>();
        groups.forEach((digest, peers) -> {
            peers.sort(Comparator.comparing(PeerRef::host).thenComparing(PeerRef::id));
            grouped.add(new Status.Group(digest, peers));
        });
        grouped.sort(Comparator.comparing(group -> !isIn(group, self)));
        boolean converged = groups.size() == 1 && silent.isEmpty();
        Spells seen = spells.updateAndGet(it -> it.looked(converged, System.nanoTime()));
        return new Status(self, converged, grouped, silent, seen.summary());
    }

    private static PeerRef ref(NameTable table, PeerId peer, Standing standing) {
        return new PeerRef(
                peer.toString(),
                host(table, peer),
                standing.told()
                        .map(it ->
                                new Told(
                                        it.vitals().uptime(),
                                        it.vitals().residentBytes(),
                                        it.roundTrip(),
                                        it.clockAhead())),
                standing.differences().stream()
                        .map(it -> lag(table, it))
                        .sorted(Comparator.comparingLong((Lag it) -> -it.missing() - it.ahead()))
                        .limit(LAGS)
                        .toList());
    }

    private static Lag lag(NameTable table, Difference difference) {
        return new Lag(
                difference.owner().map(PeerId::toString).orElse(""),
                difference.owner().map(owner -> host(table, owner)).orElse(""),
                difference.missing(),
                difference.ahead());
    }

    private static boolean isIn(Status.Group group, String peer) {
        return group.peers().stream().anyMatch(one -> one.id().equals(peer));
    }

    private static String host(NameTable table, PeerId peer) {
        return table.description(peer).map(d -> d.hosts().getFirst()).orElse("");
    }
}
