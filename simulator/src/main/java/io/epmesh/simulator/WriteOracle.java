package io.epmesh.simulator;

import io.epmesh.gossip.Dot;
import io.epmesh.gossip.MappingWrite;
import io.epmesh.gossip.Mappings;
import io.epmesh.gossip.Writes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Every write of mappings that any peer has ever numbered, and which of them were promised.
final class WriteOracle {
    private final Map<Dot, MappingWrite> byDot = new HashMap<>();
    private final Map<Long, List<MappingWrite>> byTicket = new HashMap<>();

    /// Those that have reached the disk of their writer.
    private final Set<Dot> durable = new HashSet<>();

    /// Acknowledged ones that must last, by the data directory that must keep them.
    private final Map<Dot, SimulatedDisk> promised = new LinkedHashMap<>();

    /// Promised ones whose directory was rolled back or lost: they last while any other peer holds
    /// them.
    private final Set<Dot> homeless = new HashSet<>();

    int acknowledged;

    /// Whether somebody still holds a write.
    interface Holders {
        List<Mappings> all();
    }

    void staged(Writes.Batch batch) {
        for (int i = 0; i < batch.writes().size(); i++) {
            MappingWrite write = batch.writes().get(i);
            MappingWrite before = byDot.putIfAbsent(write.dot(), write);
            if (before != null && !before.equals(write)) {
                throw new Violation(
                        Invariant.UNIQUE, "%s is %s and %s", write.dot(), before, write);
            }
            byTicket.computeIfAbsent(batch.tickets().get(i), _ -> new ArrayList<>()).add(write);
        }
    }

    void durable(Writes.Batch batch) {
        batch.writes().forEach(write -> durable.add(write.dot()));
    }

    /// What a journal gave back had reached the disk.
    void restored(Mappings mappings) {
        mappings.counters()
                .forEach((writer, counter) -> {
                    for (long i = 1; i <= counter; i++) {
                        durable.add(new Dot(writer, i));
                    }
                });
    }

    void acknowledged(long ticket, SimulatedDisk home) {
        List<MappingWrite> writes = byTicket.get(ticket);
        if (writes == null) {
            return; // a removal that had nothing to remove
        }
        acknowledged++;
        for (MappingWrite write : writes) {
            if (!durable.contains(write.dot())) {
                throw new Violation(Invariant.DURABLE_FIRST, "%s is acknowledged", write.dot());
            }
            promised.put(write.dot(), home);
        }
    }

    MappingWrite sent(Dot dot) {
        MappingWrite write = byDot.get(dot);
        if (write == null) {
            throw new Violation(Invariant.MAPPINGS_EXACT, "nobody has written %s", dot);
        }
        if (!durable.contains(dot)) {
            throw new Violation(Invariant.DURABLE_FIRST, "%s is known elsewhere", dot);
        }
        return write;
    }

    /// A directory is as it was some time ago, or gone.
    void lost(SimulatedDisk directory, Holders holders) {
        promised.forEach((dot, home) -> {
            if (home == directory) {
                homeless.add(dot);
            }
        });
        excuse(holders);
    }

    /// Takes back the promises that nobody can keep, after a fault that may have taken the last
    /// copy.
    void excuse(Holders holders) {
        if (homeless.isEmpty()) {
            return;
        }
        List<Mappings> all = holders.all();
        for (Iterator<Dot> dots = homeless.iterator(); dots.hasNext(); ) {
            Dot dot = dots.next();
            if (all.stream().noneMatch(held -> knows(held, dot))) {
                promised.remove(dot);
                dots.remove();
            }
        }
    }

    /// What a directory must give back.
    void checkKept(SimulatedDisk directory, Mappings restored) {
        promised.forEach((dot, home) -> {
            if (home == directory && !homeless.contains(dot) && !knows(restored, dot)) {
                throw new Violation(Invariant.ACKNOWLEDGED, "the directory does not hold %s", dot);
            }
        });
    }

    /// What every peer must know in the end.
    void checkKnown(Mappings mappings, Object observer) {
        List<Dot> missing = new ArrayList<>();
        promised.keySet()
                .forEach(dot -> {
                    if (!knows(mappings, dot)) {
                        missing.add(dot);
                    }
                });
        if (!missing.isEmpty()) {
            throw new Violation(Invariant.ACKNOWLEDGED, "%s does not know %s", observer, missing);
        }
    }

    private static boolean knows(Mappings mappings, Dot dot) {
        return mappings.counters().getOrDefault(dot.writer(), 0L) >= dot.counter();
    }
}
