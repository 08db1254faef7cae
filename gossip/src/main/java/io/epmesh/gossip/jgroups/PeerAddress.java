package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.PeerId;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jgroups.Address;
import org.jgroups.util.ExtendedUUID;

/// The peer and incarnation that ride in a JGroups address. The address itself is random and new
/// for each attempt to join, as JGroups wants it.
///
/// In the address they are one entry, big-endian: `high:8 low:8 incarnation:8` under the key `p`.
///
/// @param peer which peer
/// @param incarnation which run of it
record PeerAddress(PeerId peer, long incarnation) {
    private static final byte[] KEY = {'p'};
    private static final int LENGTH = 3 * Long.BYTES;

    /// Returns a new address for this peer.
    Address generate() {
        byte[] value =
                ByteBuffer.allocate(LENGTH)
                        .putLong(peer.high())
                        .putLong(peer.low())
                        .putLong(incarnation)
                        .array();
        return ExtendedUUID.randomUUID().put(KEY.clone(), value);
    }

    /// Reads the peer out of an address; empty for an address that is not of our making.
    static Optional<PeerAddress> of(Address address) {
        byte[] value = address instanceof ExtendedUUID extended ? extended.get(KEY) : null;
        if (value == null || value.length != LENGTH) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(value);
        return Optional.of(
                new PeerAddress(new PeerId(buffer.getLong(), buffer.getLong()), buffer.getLong()));
    }
}
