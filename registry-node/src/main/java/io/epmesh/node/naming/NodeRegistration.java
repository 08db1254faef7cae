package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.PeerId;
import io.epmesh.node.naming.NodeEntry.HostIs;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// A live node as its peer publishes it: the value under a key of kind [#KIND] and its short name.
///
/// ```
/// | port 16 | nodeType 8 | protocol 8 | highestVersion 16 | lowestVersion 16 | creation 64 |
/// | since, ms since 1970, 64 | flags 8: 1 host verified, 2 adopted, 4 creation verified |
/// | host: length 16, UTF-8 | address: the same, empty for the peer's own |
/// | Extra: length 16, bytes |
/// ```
///
/// @param name short name
/// @param host part of the full name
/// @param hostIs how sure that is
/// @param address where the node is dialled, if not at its peer's address
/// @param port 0..65535; 0 takes no connections
/// @param nodeType EPMD's NodeType
/// @param protocol EPMD's versions and protocol
/// @param creation 0..2^32-1: as the node says if it was asked, else as its peer gave it out
/// @param creationVerified whether the node was asked
/// @param since when it registered, on the peer's clock
/// @param extra EPMD's Extra field
/// @param adopted whether it registered before its peer restarted, and holds no connection
public record NodeRegistration(
        String name,
        String host,
        HostIs hostIs,
        Optional<String> address,
        int port,
        int nodeType,
        NodeEntry.Protocol protocol,
        long creation,
        boolean creationVerified,
        Instant since,
        Bytes extra,
        boolean adopted) {
    /// Kind of the keys of registrations.
    public static final int KIND = 1;

    private static final int HOST_VERIFIED = 1;
    private static final int ADOPTED = 2;
    private static final int CREATION_VERIFIED = 4;

    /// Checks the ranges.
    public NodeRegistration {
        Ranges.check("port", port, 0, 0xffff);
        Ranges.check("nodeType", nodeType, 0, 0xff);
        Ranges.check("creation", creation, 0, 0xffff_ffffL);
    }

    /// A node that holds its connection.
    ///
    /// @param name short name
    /// @param host part of the full name
    /// @param hostIs how sure that is
    /// @param address where the node is dialled, if not at its peer's address
    /// @param port 0..65535
    /// @param nodeType EPMD's NodeType
    /// @param protocol EPMD's versions and protocol
    /// @param creation 0..2^32-1
    /// @param creationVerified whether the node was asked
    /// @param since when it registered
    /// @param extra EPMD's Extra field
    public NodeRegistration(
            String name,
            String host,
            HostIs hostIs,
            Optional<String> address,
            int port,
            int nodeType,
            NodeEntry.Protocol protocol,
            long creation,
            boolean creationVerified,
            Instant since,
            Bytes extra) {
        this(
                name,
                host,
                hostIs,
                address,
                port,
                nodeType,
                protocol,
                creation,
                creationVerified,
                since,
                extra,
                false);
    }

    /// {@return the key of a registration}
    ///
    /// @param name short name
    public static Key key(String name) {
        return new Key(KIND, Bytes.utf8(name));
    }

    /// {@return the key of this registration}
    public Key key() {
        return key(name);
    }

    /// The same, with what the node said of itself.
    ///
    /// @param verifiedHost its host part
    /// @param verifiedCreation its creation
    /// @return the registration
    public NodeRegistration verified(String verifiedHost, Optional<Long> verifiedCreation) {
        return new NodeRegistration(
                name,
                verifiedHost,
                HostIs.VERIFIED,
                address,
                port,
                nodeType,
                protocol,
                verifiedCreation.orElse(creation),
                verifiedCreation.isPresent(),
                since,
                extra,
                adopted);
    }

    /// {@return the same, adopted or not}
    ///
    /// @param nowAdopted whether it holds no connection from now on
    public NodeRegistration adopted(boolean nowAdopted) {
        return new NodeRegistration(
                name,
                host,
                hostIs,
                address,
                port,
                nodeType,
                protocol,
                creation,
                creationVerified,
                since,
                extra,
                nowAdopted);
    }

    /// The entry that this makes.
    ///
    /// @param owner who has it
    /// @param state of the owner
    /// @param description what the owner says of itself
    /// @return empty: a name that no node can have stays on its host
    public Optional<NodeEntry> entry(
            PeerId owner, NodeEntry.State state, PeerDescription description) {
        try {
            return Optional.of(
                    new NodeEntry(
                            new NodeName(name, host),
                            hostIs,
                            address.orElse(description.advertise().getFirst()),
                            port,
                            nodeType == 'M' ? NodeEntry.Type.NORMAL : NodeEntry.Type.HIDDEN,
                            adopted ? NodeEntry.Source.ADOPTED : NodeEntry.Source.LIVE,
                            state,
                            Optional.of(owner.toString()),
                            OptionalLong.of(creation),
                            since,
                            protocol,
                            NodeEntry.Standing.SOLE));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// {@return the value}
    public Bytes encode() {
        int flags =
                (hostIs == HostIs.VERIFIED ? HOST_VERIFIED : 0)
                        | (adopted ? ADOPTED : 0)
                        | (creationVerified ? CREATION_VERIFIED : 0);
        return new ValueWriter()
                .u16(port)
                .u8(nodeType)
                .u8(protocol.protocol())
                .u16(protocol.highestVersion())
                .u16(protocol.lowestVersion())
                .i64(creation)
                .i64(since.toEpochMilli())
                .u8(flags)
                .text(host)
                .text(address.orElse(""))
                .bytes(extra.toArray())
                .toBytes();
    }

    /// {@return the registration under a key, if it is one that this version can read}
    ///
    /// @param key its key
    /// @param value its value
    public static Optional<NodeRegistration> decode(Key key, Bytes value) {
        if (key.kind() != KIND) {
            return Optional.empty();
        }
        return ValueReader.read(value, in -> read(key.name().toUtf8(), in));
    }

    private static NodeRegistration read(String name, ValueReader in) {
        int port = in.u16();
        int nodeType = in.u8();
        int protocol = in.u8();
        NodeEntry.Protocol versions = new NodeEntry.Protocol(in.u16(), in.u16(), protocol);
        long creation = in.i64();
        Instant since = Instant.ofEpochMilli(in.i64());
        int flags = in.u8();
        return new NodeRegistration(
                name,
                in.text(),
                (flags & HOST_VERIFIED) != 0 ? HostIs.VERIFIED : HostIs.ASSUMED,
                Optional.of(in.text()).filter(text -> !text.isEmpty()),
                port,
                nodeType,
                versions,
                creation,
                (flags & CREATION_VERIFIED) != 0,
                since,
                Bytes.copyOf(in.bytes()),
                (flags & ADOPTED) != 0);
    }
}
