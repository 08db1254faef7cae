package io.epmesh.gossip;

import io.epmesh.gossip.Message.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Messages that wait for the end of a step, when the header that they share is known. Owned by the
/// gossip thread.
final class Outbox {
    private record Letter(Optional<PeerId> to, Message message) {}

    private final Parts parts;
    private final Supplier<Header> header;
    private final List<Letter> letters = new ArrayList<>();

    Outbox(Parts parts, Supplier<Header> header) {
        this.parts = parts;
        this.header = header;
    }

    void send(PeerId to, Message message) {
        letters.add(new Letter(Optional.of(to), message));
    }

    void sendAll(Message message) {
        letters.add(new Letter(Optional.empty(), message));
    }

    List<Packet> drain() {
        List<Packet> packets = new ArrayList<>(letters.size());
        Header now = header.get();
        for (Letter letter : letters) {
            Function<Bytes, Packet> address =
                    letter.to().isPresent()
                            ? bytes -> new Packet.To(letter.to().get(), bytes)
                            : Packet.ToAll::new;
            byte[] whole = MessageCodec.encode(now, letter.message());
            if (whole.length <= Limits.PART_BYTES) {
                packets.add(address.apply(Bytes.wrap(whole)));
            } else {
                parts.cut(whole)
                        .forEach(part ->
                                packets.add(
                                        address.apply(Bytes.wrap(MessageCodec.encode(now, part)))));
            }
        }
        letters.clear();
        return packets;
    }
}
