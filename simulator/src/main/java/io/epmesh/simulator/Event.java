package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;

import java.util.List;
import java.util.Locale;

/// One line of a schedule: a fault, or what users do.
sealed interface Event {
    /// Nanoseconds since the schedule began.
    long at();

    /// `f` or `o` and its place in the schedule of its seed.
    String label();

    /// A fault that begins and, after some time, ends.
    ///
    /// @param hosts all hosts in an order of its own: a fault takes as many as it wants from the
    ///   front
    /// @param rate in 0..1, how bad it is
    record Fault(
            int index, long at, long duration, FaultClass kind, List<Integer> hosts, double rate)
            implements Event {
        @Override
        public String label() {
            return "f" + index;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-5s %6d ms  %s for %d ms, hosts %s, rate %.3f",
                    label(),
                    at / MILLI,
                    kind,
                    duration / MILLI,
                    hosts,
                    rate);
        }
    }

    /// What a user does.
    enum Act {
        REGISTER,
        UNREGISTER,
        PUT,
        REMOVE,
        /// Between the node and the nodes of host h1, for ever or for seconds.
        CUT,
        SLOW,
        FIX,
        /// Removes what is ordered for cables and stale.
        SWEEP
    }

    /// An act at one host.
    ///
    /// @param name short name of a node
    /// @param part host part of its full name
    record Operation(int index, long at, Act act, int host, String name, String part, int port)
            implements Event {
        @Override
        public String label() {
            return "o" + index;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%-5s %6d ms  %s %s@%s %d at %d",
                    label(),
                    at / MILLI,
                    act,
                    name,
                    part,
                    port,
                    host);
        }
    }
}
