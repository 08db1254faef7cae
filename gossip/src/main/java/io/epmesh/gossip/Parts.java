package io.epmesh.gossip;

import io.epmesh.gossip.Message.Part;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Cuts messages that are too large for one piece, and puts them together again: a message is taken
/// in whole or not at all. Owned by the gossip thread.
final class Parts {
    /// How long a message may lack parts with none coming in, before it is thrown away; whoever
    /// wants it asks again.
    static final long PATIENCE_NANOS = 5_000_000_000L;

    /// Invariant: the one that has waited longest for a part comes first.
    private final Map<Stream, Collected> streams = new LinkedHashMap<>(16, 0.75f, true);

    private long nextStream = 1;
    private long bytesHeld;

    private record Stream(PeerId sender, long incarnation, long number) {}

    private static final class Collected {
        /// What it costs to wait for one slice.
        private static final int SLOT_BYTES = 8;

        final @Nullable Bytes[] slices;

        /// When a part came last.
        long since;

        int missing;

        /// Of the slices that are here.
        int bytes;

        Collected(int count) {
            this.slices = new Bytes[count];
            this.missing = count;
        }

        int held() {
            return bytes + slices.length * SLOT_BYTES;
        }
    }

    /// The slices of an encoded message.
    List<Part> cut(byte[] message) {
        int size = Limits.PART_BYTES;
        int count = (message.length + size - 1) / size;
        List<Part> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            byte[] slice =
                    Arrays.copyOfRange(message, i * size, Math.min((i + 1) * size, message.length));
            parts.add(new Part(nextStream, i, count, Bytes.wrap(slice)));
        }
        nextStream++;
        return parts;
    }

    /// Keeps a slice; the whole message once its last one is in.
    Optional<byte[]> collect(Message.Header header, Part part, long now)
            throws MalformedMessageException {
        Stream stream = new Stream(header.sender(), header.beat().incarnation(), part.stream());
        Collected collected = streams.get(stream);
        if (collected == null) {
            collected = new Collected(part.count());
            streams.put(stream, collected);
            bytesHeld += collected.held();
        }
        collected.since = now;
        if (collected.slices.length != part.count()) {
            throw new MalformedMessageException(
                    "parts: %d (expected: %d)".formatted(part.count(), collected.slices.length));
        }
        if (collected.slices[part.index()] != null) {
            return Optional.empty(); // doubled on the way
        }
        collected.slices[part.index()] = part.slice();
        collected.missing--;
        collected.bytes += part.slice().length();
        bytesHeld += part.slice().length();
        if (collected.bytes > Limits.MESSAGE_BYTES || bytesHeld > Limits.REASSEMBLY_BYTES) {
            drop(stream, collected);
            throw new MalformedMessageException(
                    "message in parts: %d bytes, %d held (expected: <= %d, <= %d)"
                            .formatted(
                                    collected.bytes,
                                    bytesHeld,
                                    Limits.MESSAGE_BYTES,
                                    Limits.REASSEMBLY_BYTES));
        }
        if (collected.missing > 0) {
            return Optional.empty();
        }
        drop(stream, collected);
        WireWriter whole = new WireWriter();
        for (Bytes slice : collected.slices) {
            if (slice != null) {
                whole.raw(slice.unsafeArray());
            }
        }
        return Optional.of(whole.toArray());
    }

    /// Throws away what lacks parts for too long.
    void expire(long now) {
        Iterator<Collected> oldestFirst = streams.values().iterator();
        while (oldestFirst.hasNext()) {
            Collected collected = oldestFirst.next();
            if (now - collected.since < PATIENCE_NANOS) {
                return;
            }
            bytesHeld -= collected.held();
            oldestFirst.remove();
        }
    }

    private void drop(Stream stream, Collected collected) {
        streams.remove(stream);
        bytesHeld -= collected.held();
    }
}
