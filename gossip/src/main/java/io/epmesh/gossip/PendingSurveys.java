package io.epmesh.gossip;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// Questions how everybody stands, until all have answered or the time is up. Owned by the gossip
/// thread.
final class PendingSurveys {
    private final List<Question> questions = new ArrayList<>();

    private record Question(
            CompletableFuture<Map<PeerId, Optional<Standing>>> answer, long until) {}

    void ask(CompletableFuture<Map<PeerId, Optional<Standing>>> answer, Replica replica, long now) {
        replica.survey().ask(now);
        questions.add(new Question(answer, now + Survey.PATIENCE_NANOS));
    }

    /// How long until the first of them is answered in any case.
    long dueIn(long now, long otherwise) {
        return questions.stream().mapToLong(one -> one.until() - now).min().orElse(otherwise);
    }

    void answer(Replica replica, long now) {
        if (questions.isEmpty()) {
            return;
        }
        Survey survey = replica.survey();
        boolean complete = survey.isComplete();
        Iterator<Question> each = questions.iterator();
        while (each.hasNext()) {
            Question question = each.next();
            if (complete || now - question.until() >= 0) {
                question.answer().complete(survey.standings());
                each.remove();
            }
        }
        if (questions.isEmpty()) {
            survey.end();
        }
    }

    void abandon() {
        questions.forEach(question ->
                question.answer().completeExceptionally(new IllegalStateException(Inbox.STOPPED)));
        questions.clear();
    }
}
