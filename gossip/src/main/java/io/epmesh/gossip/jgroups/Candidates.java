package io.epmesh.gossip.jgroups;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Where peers may be found: the configured seeds, what beacons told, and where peers were met.
///
/// Places that answer, or were never asked, are asked in each round. Of those that were silent the
/// last time only a few are, each after a pause that grows with its silence: so a list of hosts
/// that are long gone costs little, and a partition that heals is noticed soon. Each entry changes
/// atomically; any thread may call.
final class Candidates {
    static final int MAX_CONFIGURED = 256;
    static final int MAX_HEARD = 64;
    static final int MAX_MET = 1_024;

    /// Silent places that are asked in one round.
    static final int MAX_SILENT_ASKED = 16;

    private static final long LEAST_PAUSE = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(4);

    /// A pause is this part of the silence so far.
    private static final int PAUSE_SHARE = 16;

    /// Where a peer was met once, and nobody answered for so long, nobody is looked for any more.
    private static final long FORGOTTEN = TimeUnit.HOURS.toNanos(24);

    /// @param since when the first attempt failed
    /// @param again not to be asked before
    private record Silence(long since, long again) {}

    private final LongSupplier nanoTime;
    private final ConcurrentMap<InetSocketAddress, Silence> silent = new ConcurrentHashMap<>();
    private final Set<InetSocketAddress> heard = ConcurrentHashMap.newKeySet();
    private final Set<InetSocketAddress> met = ConcurrentHashMap.newKeySet();
    private volatile Set<InetSocketAddress> configured = Set.of();

    Candidates(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// Replaces the configured seeds; beyond the limit they are not taken.
    void configure(Collection<InetSocketAddress> seeds) {
        configured = Set.copyOf(seeds.stream().distinct().limit(MAX_CONFIGURED).toList());
        silent.keySet().removeIf(address -> !isKnown(address));
    }

    /// Takes what a beacon told. In a full set a place that does not answer gives way.
    void heard(InetSocketAddress address) {
        if (heard.size() >= MAX_HEARD && !heard.contains(address)) {
            heard.stream().filter(silent::containsKey).findAny().ifPresent(this::forgetHeard);
        }
        if (heard.size() < MAX_HEARD) {
            heard.add(address);
        }
    }

    private void forgetHeard(InetSocketAddress address) {
        heard.remove(address);
        if (!isKnown(address)) {
            silent.remove(address);
        }
    }

    /// Takes in where peers were met; beyond the limit no more.
    void met(Collection<InetSocketAddress> places) {
        for (InetSocketAddress place : places) {
            if (met.size() >= MAX_MET) {
                met.removeIf(this::isForgotten);
            }
            if (met.size() < MAX_MET) {
                met.add(place);
            }
        }
    }

    /// Where peers were met, to be remembered for the next start.
    Set<InetSocketAddress> met() {
        met.removeIf(this::isForgotten);
        return Set.copyOf(met);
    }

    /// A message came from there.
    void answered(InetSocketAddress address) {
        silent.remove(address);
    }

    /// There was no connection to it, or the connection ended.
    void silent(InetSocketAddress address) {
        if (isKnown(address)) {
            long now = nanoTime.getAsLong();
            silent.compute(
                    address,
                    (_, before) -> {
                        if (before != null && now - before.again() < 0) {
                            return before; // others failed meanwhile; its turn comes all the same
                        }
                        long since = before == null ? now : before.since();
                        return new Silence(since, now + pause(now - since));
                    });
        }
    }

    /// Every place, silent ones too.
    Set<InetSocketAddress> all() {
        Set<InetSocketAddress> all = new LinkedHashSet<>(configured);
        all.addAll(met);
        all.addAll(heard);
        return all;
    }

    /// Whom to ask now.
    List<InetSocketAddress> due() {
        long now = nanoTime.getAsLong();
        List<InetSocketAddress> due = new ArrayList<>();
        List<Waiting> waiting = new ArrayList<>();
        for (InetSocketAddress each : all()) {
            Silence silence = silent.get(each);
            if (silence == null) {
                due.add(each);
            } else if (now - silence.again() >= 0) {
                waiting.add(new Waiting(each, now - silence.again()));
            }
        }
        waiting.sort(Comparator.comparingLong(Waiting::overdue).reversed());
        waiting.stream().limit(MAX_SILENT_ASKED).map(Waiting::address).forEach(due::add);
        return due;
    }

    private record Waiting(InetSocketAddress address, long overdue) {}

    private boolean isKnown(InetSocketAddress address) {
        return configured.contains(address) || met.contains(address) || heard.contains(address);
    }

    private boolean isForgotten(InetSocketAddress address) {
        Silence silence = silent.get(address);
        return silence != null && nanoTime.getAsLong() - silence.since() > FORGOTTEN;
    }

    private static long pause(long silence) {
        return Math.clamp(silence / PAUSE_SHARE, LEAST_PAUSE, LONGEST_PAUSE);
    }
}
