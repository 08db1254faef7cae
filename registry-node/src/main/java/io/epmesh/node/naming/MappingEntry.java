package io.epmesh.node.naming;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One mapping: an entry that a person or program added.
///
/// @param node full name
/// @param host the host as it was given; empty: none was given
/// @param address where it leads, as resolved by the adding peer
/// @param port distribution port, 1..65535
/// @param writer canonical host name of the peer where it was added; empty: not known any more
/// @param when when it was added, by that peer's clock
/// @param conflicts concurrent puts of the same name that lost, in the order in which they would
///   win
public record MappingEntry(
        NodeName node,
        Optional<String> host,
        String address,
        int port,
        Optional<String> writer,
        Instant when,
        List<Rival> conflicts) {

    /// Checks the port, copies the list.
    ///
    /// @throws IllegalArgumentException naming the value and the expectation
    public MappingEntry {
        Ranges.check("port", port, 1, 0xffff);
        conflicts = List.copyOf(conflicts);
    }

    /// A concurrent put that lost.
    ///
    /// @param address where it would lead
    /// @param port distribution port, 1..65535
    /// @param writer canonical host name of the peer where it was added; empty: not known any more
    /// @param when when it was added, by that peer's clock
    public record Rival(String address, int port, Optional<String> writer, Instant when) {
        /// Checks the port.
        ///
        /// @throws IllegalArgumentException naming the value and the expectation
        public Rival {
            Ranges.check("port", port, 1, 0xffff);
        }
    }
}
