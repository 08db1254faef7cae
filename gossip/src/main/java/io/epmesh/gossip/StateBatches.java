package io.epmesh.gossip;

import io.epmesh.gossip.Message.LiveWrite;
import io.epmesh.gossip.Message.WriterState;
import java.util.ArrayList;
import java.util.List;

/// Cuts the state of the mappings where it is more than one message or record can hold, which takes
/// islands that were filled apart: between writers, for what is known of one holds by itself. A
/// writer alone always fits, since no local write is taken beyond [Limits#MAPPINGS_BYTES].
final class StateBatches {
    /// Half of a message, and of a record.
    static final long BATCH_BYTES = 32 << 20;

    private StateBatches() {}

    static List<List<WriterState>> of(List<WriterState> states) {
        List<List<WriterState>> batches = new ArrayList<>();
        List<WriterState> batch = new ArrayList<>();
        long bytes = 0;
        for (WriterState state : states) {
            long size = size(state);
            if (!batch.isEmpty() && bytes + size > BATCH_BYTES) {
                batches.add(batch);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(state);
            bytes += size;
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

    /// About so many bytes.
    static long size(List<WriterState> states) {
        return states.stream().mapToLong(StateBatches::size).sum();
    }

    private static long size(WriterState state) {
        long bytes = MessageCodec.WRITER_STATE_BYTES + 8L * state.doomed().size();
        for (LiveWrite write : state.live()) {
            bytes += MessageCodec.LIVE_BYTES + write.key().name().length() + write.value().length();
        }
        return bytes;
    }
}
