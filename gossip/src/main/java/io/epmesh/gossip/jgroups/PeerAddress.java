package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jgroups.Address;
import org.jgroups.util.ExtendedUUID;

/// What rides in a JGroups address: which peer it is, which run of it, and where it listens, so
/// that whoever knows of a member can reach it, in the view or not. The address itself is random
/// and new for each attempt to join, as JGroups wants it.
///
/// In the address they are one entry, big-endian, under the key `p`: `high:8 low:8 incarnation:8
/// port:2 address:4|16`.
///
/// @param peer which peer
/// @param incarnation which run of it
/// @param listens where it is reached, resolved
record PeerAddress(PeerId peer, long incarnation, InetSocketAddress listens) {
    private static final byte[] KEY = {'p'};
    private static final int HEAD_LENGTH = 3 * Long.BYTES + Short.BYTES;
    private static final int IPV4_LENGTH = 4;
    private static final int IPV6_LENGTH = 16;

    /// Returns a new address for this peer.
    Address generate() {
        byte[] address = listens.getAddress().getAddress();
        byte[] value =
                ByteBuffer.allocate(HEAD_LENGTH + address.length)
                        .putLong(peer.high())
                        .putLong(peer.low())
                        .putLong(incarnation)
                        .putShort((short) listens.getPort())
                        .put(address)
                        .array();
        return ExtendedUUID.randomUUID().put(KEY.clone(), value);
    }

    /// Returns an address for a log line: peer, incarnation and place, or what JGroups would print.
    static String print(ExtendedUUID address) {
        return of(address)
                .map(it ->
                        "%016x%016x/%d@%s:%d"
                                .formatted(
                                        it.peer.high(),
                                        it.peer.low(),
                                        it.incarnation,
                                        it.listens.getAddress().getHostAddress(),
                                        it.listens.getPort()))
                .orElseGet(address::print);
    }

    /// Reads the peer out of an address; empty for an address that is not of our making.
    static Optional<PeerAddress> of(Address address) {
        byte[] value = address instanceof ExtendedUUID extended ? extended.get(KEY) : null;
        if (value == null
                || (value.length != HEAD_LENGTH + IPV4_LENGTH
                        && value.length != HEAD_LENGTH + IPV6_LENGTH)) {
            return Optional.empty();
        }
        ByteBuffer in = ByteBuffer.wrap(value);
        PeerId peer = new PeerId(in.getLong(), in.getLong());
        long incarnation = in.getLong();
        int port = Short.toUnsignedInt(in.getShort());
        byte[] inet = new byte[in.remaining()];
        in.get(inet);
        try {
            return Optional.of(
                    new PeerAddress(
                            peer,
                            incarnation,
                            new InetSocketAddress(InetAddress.getByAddress(inet), port)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes always are an address", e);
        }
    }
}
