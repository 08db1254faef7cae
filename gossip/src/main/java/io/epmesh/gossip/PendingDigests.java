package io.epmesh.gossip;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Questions for everybody's digest, until all have answered or the time is up. Owned by the gossip
/// thread.
final class PendingDigests {
    private static final long PATIENCE_NANOS = 600_000_000L;

    private final List<Question> questions = new ArrayList<>();

    private record Question(CompletableFuture<Map<PeerId, Optional<Digest>>> answer, long until) {}

    void ask(CompletableFuture<Map<PeerId, Optional<Digest>>> answer, Replica replica, long now) {
        replica.askDigests();
        questions.add(new Question(answer, now + PATIENCE_NANOS));
    }

    /// How long until the first of them is answered in any case.
    long dueIn(long now, long otherwise) {
        return questions.stream().mapToLong(one -> one.until() - now).min().orElse(otherwise);
    }

    void answer(Replica replica, long now) {
        if (questions.isEmpty()) {
            return;
        }
        Map<PeerId, Optional<Digest>> digests = replica.digests();
        boolean complete = digests.values().stream().allMatch(Optional::isPresent);
        Iterator<Question> each = questions.iterator();
        while (each.hasNext()) {
            Question question = each.next();
            if (complete || now - question.until() >= 0) {
                question.answer().complete(Map.copyOf(digests));
                each.remove();
            }
        }
    }

    void abandon() {
        questions.forEach(question ->
                question.answer().completeExceptionally(new IllegalStateException(Inbox.STOPPED)));
        questions.clear();
    }
}
