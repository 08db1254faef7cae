package io.epmesh.node.naming;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Key;
import java.util.Optional;

/// A node that somebody added: the value under a key of kind [#KIND] and its full name.
///
/// ```
/// | port 16 | address | host as given, or empty | writer: the peer's canonical host |
/// ```
///
/// with texts as length 16 and UTF-8.
///
/// @param node full name
/// @param port 1..65535
/// @param address where the node is dialled, never empty
/// @param host as it was given, if it was
/// @param writer host of the peer at which it was added
public record NodeMapping(
        NodeName node, int port, String address, Optional<String> host, String writer) {
    /// Kind of the keys of mappings.
    public static final int KIND = 3;

    /// Checks the range, and that there is an address.
    ///
    /// @throws IllegalArgumentException naming the value and the expectation
    public NodeMapping {
        Ranges.check("port", port, 1, 0xffff);
        if (address.isEmpty()) {
            throw new IllegalArgumentException("address: '' (expected: an address or host name)");
        }
    }

    /// {@return the key of a mapping}
    ///
    /// @param node full name
    public static Key key(NodeName node) {
        return new Key(KIND, Bytes.utf8(node.toString()));
    }

    /// {@return the value}
    public Bytes encode() {
        return new ValueWriter()
                .u16(port)
                .text(address)
                .text(host.orElse(""))
                .text(writer)
                .toBytes();
    }

    /// {@return the mapping under a key, if it is one that this version can read}
    ///
    /// @param key its key
    /// @param value its value
    public static Optional<NodeMapping> decode(Key key, Bytes value) {
        if (key.kind() != KIND) {
            return Optional.empty();
        }
        return ValueReader.read(
                value,
                in ->
                        new NodeMapping(
                                NodeName.parse(key.name().toUtf8()),
                                in.u16(),
                                in.text(),
                                Optional.of(in.text()).filter(text -> !text.isEmpty()),
                                in.text()));
    }
}
