package io.epmesh.epmd;

import java.net.InetAddress;
import java.time.Instant;

/// A live node's entry. It lasts as long as the connection over which it came.
///
/// @param id tells this registration from every other of this server's life, rising from 1
/// @param name the short name
/// @param info port, type, versions and Extra, as the node sent them
/// @param creation Creation as the node was told it: 4..2³²−1, or 1..3 if HighestVersion is below 6
/// @param since when it was accepted, by the wall clock
/// @param source the address from which the node registered
public record Registration(
        long id, NodeName name, PortInfo info, long creation, Instant since, InetAddress source) {
    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if the creation is no unsigned number of 32 bits
    public Registration {
        Unsigned.u32("Creation", creation);
    }
}
