package io.epmesh.gossip;

import io.epmesh.gossip.Message.Header;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Answers in many parts that are on their way to who asked. Whoever asks again with the same in
/// hand still waits for one, however often it asks: a further copy would only delay it, and a link
/// that carries copies carries nothing else. So it gets none for as long as a slow link takes.
/// Owned by the gossip thread.
final class LargeAnswers {
    /// Of a link of 1 MiB a second. One that is slower carries a few copies.
    private static final long NANOS_PER_BYTE = 1_000;

    /// All of them together; who asks beyond it is answered when others have been.
    static final long BYTES = 64 << 20;

    /// @param incarnation of the asker: one that was restarted has lost what it was sent
    /// @param owner of the entries; empty: the mappings
    private record Question(PeerId asker, long incarnation, Optional<PeerId> owner) {}

    /// @param held what the asker had of it
    private record Sent(Object held, long bytes, long until) {}

    private final Map<Question, Sent> sent = new HashMap<>();

    /// Whether to answer; if so, the answer counts as sent.
    ///
    /// @param owner whose entries are asked for; empty: the mappings
    /// @param held what the asker says that it has of it
    /// @param bytes of the answer, roughly
    boolean maySend(Header asker, Optional<PeerId> owner, Object held, long bytes, long now) {
        if (bytes <= Limits.PART_BYTES) {
            return true;
        }
        sent.values().removeIf(one -> one.until() - now <= 0);
        Question question = new Question(asker.sender(), asker.beat().incarnation(), owner);
        Sent before = sent.get(question);
        long all = sent.values().stream().mapToLong(Sent::bytes).sum();
        boolean waits = before != null && before.held().equals(held);
        if (waits || (all > 0 && all + bytes > BYTES)) {
            return false;
        }
        sent.put(question, new Sent(held, bytes, now + bytes * NANOS_PER_BYTE));
        return true;
    }
}
