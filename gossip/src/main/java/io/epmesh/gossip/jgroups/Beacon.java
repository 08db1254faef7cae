package io.epmesh.gossip.jgroups;

import io.epmesh.gossip.PeerId;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/// One datagram to all on a network: a peer of this mesh listens at the sender's address.
///
/// ```
/// magic:4 "EPMB"  version:1  kind:1 (0 tells, 1 asks as well)  port:2
/// mesh:8          first bytes of the SHA-256 of the mesh name
/// high:8 low:8    peer id
/// tag:32          with a key: HMAC-SHA256 of the bytes above and the sender's address
/// ```
///
/// The tag keeps out beacons of whoever does not hold the mesh's key; one that is recorded and sent
/// again names a place where a peer was once. What a beacon tells is only where to ask: who is a
/// peer is proved there, by TLS.
///
/// @param asks whether others shall tell where they are
/// @param port of the gossip, 1..65535
/// @param mesh digest of the mesh name
/// @param peer who sends
record Beacon(boolean asks, int port, long mesh, PeerId peer) {
    private static final int MAGIC = 0x45504d42;
    private static final byte VERSION = 1;
    private static final int BODY_LENGTH = 32;

    /// Bytes of the longest beacon.
    static final int MAX_LENGTH = BODY_LENGTH + MeshKey.TAG_LENGTH;

    byte[] encode(InetAddress source, Optional<MeshKey> key) {
        byte[] body =
                ByteBuffer.allocate(BODY_LENGTH)
                        .putInt(MAGIC)
                        .put(VERSION)
                        .put((byte) (asks ? 1 : 0))
                        .putShort((short) port)
                        .putLong(mesh)
                        .putLong(peer.high())
                        .putLong(peer.low())
                        .array();
        return key.map(it ->
                        ByteBuffer.allocate(MAX_LENGTH)
                                .put(body)
                                .put(it.tag(signed(body, source)))
                                .array())
                .orElse(body);
    }

    /// Reads a datagram; empty for one that is no beacon, or was not made with this mesh's key.
    static Optional<Beacon> decode(byte[] datagram, InetAddress source, Optional<MeshKey> key) {
        int length = key.isPresent() ? MAX_LENGTH : BODY_LENGTH;
        ByteBuffer in = ByteBuffer.wrap(datagram);
        if (datagram.length != length || in.getInt() != MAGIC || in.get() != VERSION) {
            return Optional.empty();
        }
        Beacon beacon =
                new Beacon(
                        in.get() == 1,
                        Short.toUnsignedInt(in.getShort()),
                        in.getLong(),
                        new PeerId(in.getLong(), in.getLong()));
        byte[] body = new byte[BODY_LENGTH];
        in.get(0, body);
        byte[] tag = new byte[in.remaining()];
        in.get(tag);
        boolean genuine = key.isEmpty() || key.get().made(tag, signed(body, source));
        return genuine && beacon.port() != 0 ? Optional.of(beacon) : Optional.empty();
    }

    private static byte[] signed(byte[] body, InetAddress source) {
        byte[] address = source.getAddress();
        return ByteBuffer.allocate(body.length + address.length).put(body).put(address).array();
    }
}
