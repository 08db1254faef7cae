package io.epmesh.gossip;

import io.epmesh.gossip.Message.Alive;
import io.epmesh.gossip.Message.Ping;
import io.epmesh.gossip.Message.Witness;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Who is there. An owner lives for as long as its beats advance, heard from itself or from anybody
/// who hears it; that the network misses a member only makes this peer look at once. A hint is
/// more: the network has evidence that a process has ended.
///
/// ```
/// every BEAT      a beat to all
/// silent SUSPECT  or a hint: every PING, ask the owner itself, and WITNESSES others to ask it
/// silent ORPHAN   or HINT after a hint: orphaned
/// ```
///
/// The indirect probe is that of SWIM (Das, Gupta, Motivala; 2002). Owned by the gossip thread.
final class Liveness {
    static final long BEAT_NANOS = 500_000_000L;

    /// Three beats missed.
    static final long SUSPECT_NANOS = 1_500_000_000L;

    /// Leaves ten probes between suspicion and the end; with it a vanished host is known in 5 s.
    static final long ORPHAN_NANOS = 4_000_000_000L;

    /// A refused connection means that a process ended or a packet filter is in the way: two rounds
    /// of probes decide. A connection that was closed means too little for so short a time: whoever
    /// evicts a member closes its own, and on a busy machine no probe comes back within it.
    static final long HINT_NANOS = 300_000_000L;

    static final long PING_NANOS = 250_000_000L;

    /// An orphan's entries are dropped when nothing was heard of it for a day.
    static final long KEEP_NANOS = 24 * 3_600_000_000_000L;

    /// That it left is remembered for long after everybody has dropped its entries, so that nobody
    /// can bring them back; even one whose clock stood still for days.
    static final long FORGOTTEN_NANOS = 7 * KEEP_NANOS;

    /// How often to look while somebody is suspected or asked.
    static final long TICK_NANOS = 50_000_000L;

    /// Ticks that come later than this mean that this peer itself stood still.
    static final long STALL_NANOS = 1_000_000_000L;

    private static final int WITNESSES = 3;
    private static final int ASKING = 1_024;

    private final Owners owners;
    private final Outbox outbox;
    private final RandomGenerator random;

    /// Who asked for a beat of whom, until when.
    private final Map<PeerId, Map<PeerId, Long>> asking = new HashMap<>();

    private final long incarnation;
    private long beat = 1;
    private long beatAt;
    private long tickAt;

    Liveness(Owners owners, Outbox outbox, RandomGenerator random, long incarnation, long now) {
        this.owners = owners;
        this.outbox = outbox;
        this.random = random;
        this.incarnation = incarnation;
        this.beatAt = now - BEAT_NANOS;
        this.tickAt = now;
    }

    Beat beat() {
        return new Beat(incarnation, beat);
    }

    /// A beat of `owner` that was new at `at`, from itself or relayed.
    void heard(Owner owner, Beat heard, long at, long now) {
        if (!owner.hear(heard, at)) {
            return;
        }
        if (!owners.revive(owner, now) && owner.isOrphaned()) {
            owners.heardButOrphaned(owner);
        }
        Map<PeerId, Long> askers = asking.remove(owner.id());
        if (askers != null) {
            askers.forEach((asker, until) -> {
                if (until - now > 0) {
                    outbox.send(asker, new Witness(List.of(owner.line(now))));
                }
            });
        }
    }

    /// Answers, or has the target answer.
    void pinged(PeerId self, PeerId asker, Ping ping, long now) {
        if (ping.target().equals(self)) {
            beat++;
            outbox.send(asker, new Alive());
            return;
        }
        owners.find(ping.target())
                .ifPresent(owner -> {
                    if (owner.beat().isAfter(ping.known())) {
                        outbox.send(asker, new Witness(List.of(owner.line(now))));
                    }
                });
        if (asking.size() < ASKING) {
            asking.computeIfAbsent(ping.target(), _ -> new HashMap<>())
                    .put(asker, now + ORPHAN_NANOS);
            outbox.send(ping.target(), ping);
        }
    }

    /// The network misses `peer`.
    void ask(PeerId peer, long now) {
        owners.find(peer).filter(Owner::isLiving).ifPresent(owner -> probe(owner, now));
    }

    /// The network has evidence that `peer` is gone.
    void hint(PeerId peer, long now) {
        owners.find(peer)
                .filter(Owner::isLiving)
                .ifPresent(owner -> {
                    owner.hint(now);
                    probe(owner, now);
                });
    }

    void tick(long now) {
        long stood = now - tickAt - STALL_NANOS;
        tickAt = now;
        if (stood > 0) {
            owners.all().stream()
                    .filter(Owner::isLiving)
                    .forEach(owner -> owner.forgive(stood + STALL_NANOS, now));
        }
        if (now - beatAt >= BEAT_NANOS) {
            beatAt = now;
            beat++;
            outbox.sendAll(new Alive());
            asking.values().removeIf(askers -> expire(askers, now));
        }
        for (Owner owner : List.copyOf(owners.all())) {
            if (owner.isLiving()) {
                check(owner, now);
            } else {
                age(owner, now);
            }
        }
    }

    /// Until the next beat, or sooner while somebody is suspected.
    long nextTickIn(long now) {
        long next = beatAt + BEAT_NANOS - now;
        for (Owner owner : owners.all()) {
            if (owner.isLiving()) {
                long suspectIn = owner.isHinted() ? 0 : SUSPECT_NANOS - owner.silentNanos(now);
                next = Math.min(next, Math.max(TICK_NANOS, suspectIn));
            }
        }
        return next;
    }

    private void age(Owner owner, long now) {
        if (owner.isOrphaned() && owner.silentNanos(now) > KEEP_NANOS) {
            owners.forget(owner);
        } else if (!owner.isOrphaned() && owner.silentNanos(now) >= FORGOTTEN_NANOS) {
            owners.drop(owner);
        }
    }

    private void check(Owner owner, long now) {
        boolean silent = owner.silentNanos(now) >= ORPHAN_NANOS;
        if (silent || (owner.isHinted() && owner.hintedNanos(now) >= HINT_NANOS)) {
            owners.orphan(owner);
        } else if (owner.isHinted() || owner.silentNanos(now) >= SUSPECT_NANOS) {
            probe(owner, now);
        }
    }

    private void probe(Owner owner, long now) {
        long pause = owner.isHinted() ? HINT_NANOS / 3 : PING_NANOS;
        if (!owner.mayPing(now, pause)) {
            return;
        }
        Ping ping = new Ping(owner.id(), owner.beat());
        outbox.send(owner.id(), ping);
        for (Owner witness : owners.someLiving(WITNESSES, Optional.of(owner.id()), random)) {
            outbox.send(witness.id(), ping);
        }
    }

    private static boolean expire(Map<PeerId, Long> askers, long now) {
        askers.values().removeIf(until -> until - now <= 0);
        return askers.isEmpty();
    }
}
