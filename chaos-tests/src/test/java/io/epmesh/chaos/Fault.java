package io.epmesh.chaos;

import java.time.Duration;
import java.util.List;

/// One fault of a schedule.
///
/// @param kind what happens
/// @param hosts to whom: numbers of hosts from 1, in an order that means something to some kinds
/// @param delay after the start of its cycle
/// @param amount of packets that are lost, or of the journal, in percent; seconds that a clock is
///   wrong by; 0 for other kinds
record Fault(Kind kind, List<Integer> hosts, Duration delay, int amount) {
    /// The faults that there are; [Nemesis] says what each does.
    enum Kind {
        HALVES(Group.NETWORK),
        ONE(Group.NETWORK),
        BRIDGE(Group.NETWORK),
        ONE_WAY(Group.NETWORK),
        RING(Group.NETWORK),
        RESET(Group.NETWORK),
        LOSS(Group.NETWORK),
        KILL_PEERS(Group.PROCESSES),
        KILL_NODES(Group.PROCESSES),
        KILL_HOSTS(Group.PROCESSES),
        KILL_ALL(Group.PROCESSES),
        STORM(Group.PROCESSES),
        DESERT(Group.PROCESSES),
        POWER(Group.PROCESSES),
        BLACKOUT(Group.PROCESSES),
        TRUNCATE(Group.PROCESSES),
        ROLLING_RESTART(Group.PROCESSES),
        ROLLING_UPGRADE(Group.PROCESSES),
        PAUSE(Group.STANDSTILL),
        FREEZE(Group.STANDSTILL),
        DISK_FULL(Group.SURROUNDINGS),
        CLOCK(Group.SURROUNDINGS);

        private final Group group;

        Kind(Group group) {
            this.group = group;
        }

        Group group() {
            return group;
        }

        /// Whether it ends and starts each peer.
        boolean restartsAll() {
            return switch (this) {
                case KILL_ALL, BLACKOUT, ROLLING_RESTART, ROLLING_UPGRADE -> true;
                default -> false;
            };
        }
    }

    /// A cycle has at most one fault of a group.
    enum Group {
        NETWORK,
        PROCESSES,
        STANDSTILL,
        SURROUNDINGS
    }

    @Override
    public String toString() {
        String hit = hosts.stream().map(number -> "h" + number).toList().toString();
        String much = kind == Kind.CLOCK ? "%+d s".formatted(amount) : amount + "%";
        return kind + " " + hit + (amount == 0 ? "" : " " + much);
    }
}
