package io.epmesh.simulator;

import io.epmesh.gossip.Beat;
import io.epmesh.gossip.PeerId;
import io.epmesh.gossip.Stamp;
import java.nio.ByteBuffer;

/// What every gossip message begins with, read without the core's own codec, as
/// `docs/gossip-protocol.md` draws it.
///
/// @param sender who speaks
/// @param beat its newest one
/// @param stamp of its own entries
record WireHeader(PeerId sender, Beat beat, Stamp stamp) {
    private static final int SENDER_AT = 4;

    static WireHeader of(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).position(SENDER_AT);
        PeerId sender = new PeerId(in.getLong(), in.getLong());
        Beat beat = new Beat(in.getLong(), in.getLong());
        return new WireHeader(sender, beat, new Stamp(beat.incarnation(), in.getLong()));
    }
}
