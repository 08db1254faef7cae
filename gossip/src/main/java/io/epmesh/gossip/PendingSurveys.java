package io.epmesh.gossip;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Who wants to know how everybody stands. One survey at a time, until all have answered or the
/// time is up: whoever asks meanwhile gets the next, with all that ask by then. Owned by the gossip
/// thread.
final class PendingSurveys {
    private List<CompletableFuture<Map<PeerId, Optional<Standing>>>> asked = new ArrayList<>();
    private List<CompletableFuture<Map<PeerId, Optional<Standing>>>> waiting = new ArrayList<>();

    /// When those that asked are answered in any case.
    private long until;

    void ask(CompletableFuture<Map<PeerId, Optional<Standing>>> answer, Replica replica, long now) {
        waiting.add(answer);
        if (asked.isEmpty()) {
            begin(replica, now);
        }
    }

    private void begin(Replica replica, long now) {
        asked = waiting;
        waiting = new ArrayList<>();
        until = now + Survey.PATIENCE_NANOS;
        replica.survey().ask(now);
    }

    /// How long until somebody is answered in any case.
    long dueIn(long now, long otherwise) {
        return asked.isEmpty() ? otherwise : until - now;
    }

    /// Answers who can be answered now.
    ///
    /// @return whether the next survey has begun, so that there is something to send
    boolean answer(Replica replica, long now) {
        Survey survey = replica.survey();
        if (asked.isEmpty() || !(survey.isComplete() || now - until >= 0)) {
            return false;
        }
        var answered = asked;
        asked = List.of();
        Map<PeerId, Optional<Standing>> standings = survey.standings();
        survey.end();
        if (!waiting.isEmpty()) {
            begin(replica, now);
        }
        answered.forEach(answer -> answer.complete(standings));
        return !asked.isEmpty();
    }

    void abandon() {
        asked.forEach(PendingSurveys::abandon);
        waiting.forEach(PendingSurveys::abandon);
        asked = List.of();
        waiting.clear();
    }

    private static void abandon(CompletableFuture<Map<PeerId, Optional<Standing>>> answer) {
        answer.completeExceptionally(new IllegalStateException(Inbox.STOPPED));
    }
}
