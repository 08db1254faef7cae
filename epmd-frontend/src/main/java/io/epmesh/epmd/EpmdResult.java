package io.epmesh.epmd;

import java.util.List;

/// What an [EpmdClient] learnt. Each question has its own sealed set of answers.
public sealed interface EpmdResult {
    /// Answers to NAMES_REQ.
    sealed interface OfNames extends EpmdResult {}

    /// Answers to PORT_PLEASE2_REQ.
    sealed interface OfLookup extends EpmdResult {}

    /// Answers to ALIVE2_REQ.
    sealed interface OfAlive extends EpmdResult {}

    /// Answers to DUMP_REQ.
    sealed interface OfDump extends EpmdResult {}

    /// Answers to KILL_REQ.
    sealed interface OfKill extends EpmdResult {}

    /// Answers to STOP_REQ.
    sealed interface OfStop extends EpmdResult {}

    /// Nobody answered within the deadline, or what came is no reply. Whether an ALIVE2, KILL or
    /// STOP took effect is not known, save when the connection was refused.
    ///
    /// @param reason for people
    record Unavailable(String reason)
            implements OfNames, OfLookup, OfAlive, OfDump, OfKill, OfStop {}

    /// The server closed the connection without a reply: it does not serve this request to us.
    record Ignored() implements OfNames, OfLookup, OfAlive, OfDump, OfKill, OfStop {}

    /// The host's names.
    ///
    /// @param epmdPort the port that the server says it has
    /// @param names in the server's order
    record Listed(int epmdPort, List<NamedPort> names) implements OfNames {
        /// Copies the list.
        public Listed {
            names = List.copyOf(names);
        }
    }

    /// The name is known.
    ///
    /// @param name as the server spells it
    /// @param info port, type, versions and Extra
    record Found(NodeName name, PortInfo info) implements OfLookup {}

    /// The name is not known.
    record NotFound() implements OfLookup {}

    /// The name is registered until the connection is closed.
    ///
    /// @param connection to be closed by the caller
    record Registered(AliveConnection connection) implements OfAlive {}

    /// The name was not accepted; it is taken, mostly.
    record Refused() implements OfAlive {}

    /// What the server remembers.
    ///
    /// @param epmdPort the port that the server says it has
    /// @param text lines for people
    record Dumped(int epmdPort, String text) implements OfDump {}

    /// The server ends.
    record Killed() implements OfKill {}

    /// The server goes on, since nodes are registered.
    record LivingNodes() implements OfKill {}

    /// The registration was dropped.
    record Stopped() implements OfStop {}

    /// There was no such registration.
    record NoSuchName() implements OfStop {}
}
