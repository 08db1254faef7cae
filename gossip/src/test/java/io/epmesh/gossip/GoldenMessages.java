package io.epmesh.gossip;

import io.epmesh.gossip.Message.Alive;
import io.epmesh.gossip.Message.Header;
import io.epmesh.gossip.Message.Judgement;
import io.epmesh.gossip.Message.LiveWrite;
import io.epmesh.gossip.Message.MappingWrites;
import io.epmesh.gossip.Message.MappingsPull;
import io.epmesh.gossip.Message.MappingsState;
import io.epmesh.gossip.Message.OwnerDelta;
import io.epmesh.gossip.Message.OwnerLine;
import io.epmesh.gossip.Message.OwnerState;
import io.epmesh.gossip.Message.OwnersPull;
import io.epmesh.gossip.Message.Part;
import io.epmesh.gossip.Message.Ping;
import io.epmesh.gossip.Message.Summary;
import io.epmesh.gossip.Message.Witness;
import io.epmesh.gossip.Message.WriterLine;
import io.epmesh.gossip.Message.WriterState;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.pcollections.HashTreePMap;

/// What the golden files say.
final class GoldenMessages {
    private static final PeerId A = PeerId.parse("0102030405060708090a0b0c0d0e0f10");
    private static final PeerId B = PeerId.parse("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf");
    private static final PeerId C = PeerId.parse("c0".repeat(16));
    private static final WriterId W1 = new WriterId(0x1111_1111_1111_1111L, 0x2222_2222_2222_2222L);
    private static final WriterId W2 = new WriterId(0xf3f3_f3f3_f3f3_f3f3L, 0x4444_4444_4444_4444L);
    private static final Key MAPPED = new Key(3, Bytes.utf8("a@h"));
    private static final Key X = new Key(1, Bytes.utf8("x"));
    private static final Key Y = new Key(1, Bytes.utf8("y"));
    private static final long WALL = 1_700_000_000_000L;

    static final Header HEADER = new Header(A, new Beat(7, 9), 3);

    static final List<MappingWrite> WRITES =
            List.of(
                    new MappingWrite.Put(
                            new Dot(W1, 2),
                            WALL,
                            MAPPED,
                            Bytes.utf8("h:4000"),
                            List.of(new Dot(W1, 1), new Dot(W2, 9))),
                    new MappingWrite.Remove(new Dot(W1, 3), MAPPED, List.of(new Dot(W1, 2))));

    static final List<WriterState> STATES =
            List.of(
                    new WriterState(
                            W1,
                            4,
                            List.of(new LiveWrite(4, WALL, MAPPED, Bytes.utf8("h:4000"))),
                            List.of()),
                    new WriterState(W2, 0, List.of(), List.of(9L, 11L)));

    private GoldenMessages() {}

    /// The message of each file, but `unknown`.
    static SequencedMap<String, Message> byName() {
        OwnerLine own =
                new OwnerLine(A, new Stamp(7, 3), false, new Beat(7, 9), 3, 0, Verdict.NONE);
        Verdict verdict =
                new Verdict(new Beat(5, 400), 2, C, HashTreePMap.singleton(X, Finding.ACCEPTS));
        OwnerLine orphan =
                new OwnerLine(
                        B,
                        new Stamp(5, 12),
                        false,
                        new Beat(5, 400),
                        13,
                        1_250,
                        verdict.withoutFindings());
        OwnerLine quarantined =
                new OwnerLine(C, new Stamp(4, 6), true, new Beat(4, 2), 6, 30, Verdict.NONE);
        SequencedMap<String, Message> messages = new LinkedHashMap<>();
        messages.put("alive", new Alive());
        messages.put("ping", new Ping(B, new Beat(5, 400)));
        messages.put("witness", new Witness(List.of(own, orphan, quarantined)));
        Digest digest = new Digest(0x0123_4567_89ab_cdefL, -2);
        messages.put("summary", new Summary(true, digest, Optional.empty(), Optional.empty()));
        messages.put(
                "summary-question", new Summary(true, digest, Optional.of(-7L), Optional.empty()));
        messages.put(
                "summary-answer",
                new Summary(
                        false,
                        digest,
                        Optional.of(-7L),
                        Optional.of(new Vitals(3_600_000, 72 << 20, WALL))));
        messages.put("owners-pull", new OwnersPull(true, true, List.of(own)));
        messages.put(
                "owner-delta",
                new OwnerDelta(
                        7, 2, 3, Map.of(X, Bytes.utf8("v1")), List.of(Y, new Key(2, Bytes.EMPTY))));
        SequencedMap<Key, Bytes> entries = new LinkedHashMap<>();
        entries.put(X, Bytes.utf8("v1"));
        entries.put(Y, Bytes.EMPTY);
        messages.put("owner-state", new OwnerState(orphan, entries, verdict));
        messages.put("mapping-writes", new MappingWrites(WRITES));
        messages.put(
                "mappings-pull",
                new MappingsPull(
                        true, List.of(new WriterLine(W1, 3, -1), new WriterLine(W2, 0, 77))));
        messages.put("mappings-state", new MappingsState(6, STATES));
        messages.put("part", new Part(5, 1, 3, Bytes.wrap(HexFormat.of().parseHex("deadbeef"))));
        messages.put(
                "judgement",
                new Judgement(
                        B,
                        new Stamp(5, 12),
                        new Verdict(
                                new Beat(5, 400), 3, C, HashTreePMap.singleton(X, Finding.GONE))));
        return messages;
    }
}
