package io.epmesh.gossip;

import io.epmesh.gossip.Message.WriterState;
import java.util.HashSet;
import java.util.List;

/// What the journal's records mean: a type byte, then writes or states as in gossip messages. The
/// types are an append-only list of their own.
public final class JournalCodec {
    private static final int WRITES = 1;
    private static final int STATES = 2;

    private JournalCodec() {}

    static byte[] writes(List<MappingWrite> writes) {
        WireWriter out = new WireWriter().u8(WRITES);
        MessageCodec.writes(out, writes);
        return out.toArray();
    }

    static byte[] states(List<WriterState> states) {
        WireWriter out = new WireWriter().u8(STATES);
        MessageCodec.writerStates(out, states);
        return out.toArray();
    }

    /// The mappings after `record`. Writes behind a gap are left out: what they follow was lost
    /// with an unsynced tail, and both will be pulled from a peer.
    ///
    /// @param before the mappings so far
    /// @param record a whole record
    /// @return the mappings after it
    /// @throws MalformedMessageException if this version cannot read the record
    public static Mappings replay(Mappings before, byte[] record) throws MalformedMessageException {
        try {
            return replay(before, new WireReader(record));
        } catch (IllegalArgumentException e) {
            throw new MalformedMessageException("journal record: " + e.getMessage());
        }
    }

    private static Mappings replay(Mappings before, WireReader in)
            throws MalformedMessageException {
        int type = in.u8();
        Mappings after = before;
        switch (type) {
            case WRITES -> {
                for (MappingWrite write : MessageCodec.writes(in)) {
                    if (after.arrival(write) == Mappings.Arrival.APPLIED) {
                        after = after.apply(write, new HashSet<>());
                    }
                }
            }
            case STATES -> after = after.merge(MessageCodec.writerStates(in), new HashSet<>());
            default ->
                    throw new MalformedMessageException(
                            "journal record type: %d (expected: 1, 2)".formatted(type));
        }
        return after;
    }
}
