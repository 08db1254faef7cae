package io.epmesh.node.naming;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// One name as the mesh answers it: an immutable line of the published snapshot.
///
/// @param node full name
/// @param hostIs how sure the host part is
/// @param address where the node is dialled: an address literal, or a host name where no address is
///   known; never empty
/// @param port distribution port, 0..65535; 0 takes no connections
/// @param type normal or hidden
/// @param source where the entry comes from
/// @param state whether its owner is alive
/// @param peer id of the peer that owns it, as in [PeerEntry#id()]; empty for mappings
/// @param creation the creation that the peer gave to this registration, 0..2^32-1; empty where
///   unknown (mappings, static ports)
/// @param since when it appeared, by the clock of its owner or writer
/// @param protocol what a client needs to connect
/// @param standing its place among entries of the same full name
public record NodeEntry(
        NodeName node,
        HostIs hostIs,
        String address,
        int port,
        Type type,
        Source source,
        State state,
        Optional<String> peer,
        OptionalLong creation,
        Instant since,
        Protocol protocol,
        Standing standing) {

    /// Checks the ranges.
    ///
    /// @throws IllegalArgumentException naming the value and the expectation
    public NodeEntry {
        Ranges.check("port", port, 0, 0xffff);
        creation.ifPresent(value -> Ranges.check("creation", value, 0, 0xffff_ffffL));
        if (address.isEmpty()) {
            throw new IllegalArgumentException("address: '' (expected: an address or host name)");
        }
    }

    /// {@return this entry with another standing}
    ///
    /// @param other its place among the entries of its name
    public NodeEntry as(Standing other) {
        return standing == other
                ? this
                : new NodeEntry(
                        node, hostIs, address, port, type, source, state, peer, creation, since,
                        protocol, other);
    }

    /// {@return whether another entry of the same full name exists}
    public boolean conflicting() {
        return standing != Standing.SOLE;
    }

    /// {@return whether look-ups of the full name answer this entry}
    public boolean winner() {
        return standing != Standing.LOSER;
    }

    /// How the host part of a name is known.
    public enum HostIs {
        /// The node itself said so.
        VERIFIED,
        /// Taken from the peer's `host-name`.
        ASSUMED
    }

    /// EPMD's node type.
    public enum Type {
        /// An Erlang node, `M`.
        NORMAL,
        /// A hidden or C node, `H`.
        HIDDEN
    }

    /// Where an entry comes from.
    public enum Source {
        /// A node that holds its connection to the owner.
        LIVE,
        /// A node that registered before its peer restarted and was proved to be the same.
        ADOPTED,
        /// Added by a person or program.
        MAPPING,
        /// The `static-port` rule.
        STATIC
    }

    /// Whether the owner of an entry is alive.
    public enum State {
        /// It is.
        UP,
        /// Its beats ended; the entry is still answered, and verified in the background.
        ORPHANED
    }

    /// Place of an entry among those of the same full name.
    public enum Standing {
        /// There is no other.
        SOLE,
        /// It wins on every peer that knows the same entries.
        WINNER,
        /// Another one wins.
        LOSER
    }

    /// EPMD's fields beyond name, port and type.
    ///
    /// @param highestVersion highest distribution version the node speaks, 0..65535
    /// @param lowestVersion lowest distribution version the node speaks, 0..65535
    /// @param protocol EPMD's protocol field, 0 for TCP/IPv4, 0..255
    public record Protocol(int highestVersion, int lowestVersion, int protocol) {
        /// What every node of OTP 25 and newer registers: version 6 only, TCP.
        public static final Protocol MODERN = new Protocol(6, 6, 0);

        /// What is told of nodes that nobody registered: versions 5 to 6, TCP.
        public static final Protocol UNREGISTERED = new Protocol(6, 5, 0);

        /// Checks the ranges.
        ///
        /// @throws IllegalArgumentException naming the value and the expectation
        public Protocol {
            Ranges.check("highestVersion", highestVersion, 0, 0xffff);
            Ranges.check("lowestVersion", lowestVersion, 0, 0xffff);
            Ranges.check("protocol", protocol, 0, 0xff);
        }
    }
}
