package io.epmesh.epmd;

import java.net.InetAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// A live node's entry. It lasts as long as the connection over which it came.
///
/// @param id tells this registration from every other of this server's life, rising from 1
/// @param name the short name
/// @param info port, type, versions and Extra, as the node sent them
/// @param creation Creation as the node was told it: 4..2³²−1, or 1..3 if HighestVersion is below 6
/// @param since when it was accepted, by the wall clock
/// @param source the address from which the node registered
/// @param host the host part of its full name, where the node told it, see [Owner#host]
/// @param ownCreation the one that the node had before and keeps, see [Owner#creation]
public record Registration(
        long id,
        NodeName name,
        PortInfo info,
        long creation,
        Instant since,
        InetAddress source,
        Optional<String> host,
        OptionalLong ownCreation) {
    /// A registration of EPMD's own request, which has no host part.
    ///
    /// @param id tells this registration from every other of this server's life, rising from 1
    /// @param name the short name
    /// @param info port, type, versions and Extra, as the node sent them
    /// @param creation Creation as the node was told it
    /// @param since when it was accepted, by the wall clock
    /// @param source the address from which the node registered
    public Registration(
            long id,
            NodeName name,
            PortInfo info,
            long creation,
            Instant since,
            InetAddress source) {
        this(id, name, info, creation, since, source, Optional.empty(), OptionalLong.empty());
    }

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException if the creation is no unsigned number of 32 bits
    public Registration {
        Unsigned.u32("Creation", creation);
    }
}
