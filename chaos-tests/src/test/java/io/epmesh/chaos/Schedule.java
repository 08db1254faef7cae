package io.epmesh.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/// What the nemesis does and when: an endless row of cycles that follows from the seed, the number
/// of hosts and the kinds alone. One thread.
final class Schedule {
    /// Of ten cycles how many have a fault of the group.
    private static final Map<Fault.Group, Integer> OF_TEN =
            Map.of(
                    Fault.Group.NETWORK, 7,
                    Fault.Group.PROCESSES, 5,
                    Fault.Group.STANDSTILL, 3,
                    Fault.Group.SURROUNDINGS, 4);

    private final Random random;
    private final int hosts;
    private final Map<Fault.Group, List<Fault.Kind>> kinds = new EnumMap<>(Fault.Group.class);

    /// Some faults, all healed at the end of `hold`, then a time of `calm`.
    record Cycle(int number, List<Fault> faults, Duration hold, Duration calm) {}

    private int number;

    Schedule(long seed, int hosts, Set<Fault.Kind> kinds) {
        if (hosts < 3) {
            throw new IllegalArgumentException("hosts: %d (expected: >= 3)".formatted(hosts));
        }
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("no kind of fault");
        }
        this.random = new Random(seed);
        this.hosts = hosts;
        for (Fault.Kind kind : Fault.Kind.values()) {
            if (kinds.contains(kind)) {
                this.kinds.computeIfAbsent(kind.group(), _ -> new ArrayList<>()).add(kind);
            }
        }
    }

    Cycle next() {
        List<Integer> order = new ArrayList<>(IntStream.rangeClosed(1, hosts).boxed().toList());
        Collections.shuffle(order, random);
        Duration hold = Duration.ofMillis(random.nextInt(6_000, 20_000));
        List<Fault> faults = new ArrayList<>();
        while (faults.isEmpty()) {
            kinds.forEach((group, some) -> {
                if (random.nextInt(10) < OF_TEN.getOrDefault(group, 0)) {
                    faults.add(fault(some.get(random.nextInt(some.size())), order, hold));
                }
            });
        }
        // Whoever is started with all others can neither stand still nor lack room on its disk.
        if (faults.stream().anyMatch(fault -> fault.kind().restartsAll())) {
            faults.removeIf(fault ->
                    fault.kind().group() == Fault.Group.STANDSTILL
                            || fault.kind() == Fault.Kind.DISK_FULL);
        }
        // A journal may be lost only while others have what it said.
        if (faults.stream().anyMatch(fault -> fault.kind() == Fault.Kind.TRUNCATE)) {
            faults.removeIf(fault -> fault.kind().group() == Fault.Group.NETWORK);
        }
        Duration calm = Duration.ofMillis(random.nextInt(3_000, 7_000));
        return new Cycle(++number, List.copyOf(faults), hold, calm);
    }

    /// Processes are hit from the front of `order`, standstills from its end, and surroundings
    /// between, so that a host is never hit by two of them.
    private Fault fault(Fault.Kind kind, List<Integer> order, Duration hold) {
        int most = Math.max(1, hosts / 3);
        int count = random.nextInt(1, most + 1);
        Duration delay = Duration.ofMillis(random.nextInt((int) hold.toMillis() / 3));
        List<Integer> hit =
                switch (kind) {
                    case KILL_PEERS, KILL_NODES, KILL_HOSTS, STORM, DESERT, POWER ->
                            order.subList(0, count);
                    case TRUNCATE -> order.subList(0, 1);
                    case PAUSE, FREEZE -> order.subList(hosts - count, hosts);
                    case DISK_FULL, CLOCK -> order.subList(most, most + count);
                    case HALVES,
                            ONE,
                            BRIDGE,
                            ONE_WAY,
                            RING,
                            RESET,
                            LOSS,
                            KILL_ALL,
                            BLACKOUT,
                            ROLLING_RESTART,
                            ROLLING_UPGRADE ->
                            shuffled(order);
                };
        int amount =
                switch (kind) {
                    case LOSS -> 10 * count;
                    case TRUNCATE -> random.nextInt(1, 101);
                    case CLOCK -> random.nextInt(1, 600) * (random.nextBoolean() ? 1 : -1);
                    default -> 0;
                };
        return new Fault(kind, List.copyOf(hit), delay, amount);
    }

    private List<Integer> shuffled(List<Integer> order) {
        List<Integer> copy = new ArrayList<>(order);
        Collections.shuffle(copy, random);
        return copy;
    }
}
