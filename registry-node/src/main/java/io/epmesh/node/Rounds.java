package io.epmesh.node;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// Asks the other peers once for all who want to know it at the same time, and rests between two
/// rounds: a client that asks again and again costs the mesh no more than one that is patient. Who
/// comes while a round is under way waits for the next, so that what is answered was true after it
/// was asked for. Any thread.
///
/// @param <T> what is answered
final class Rounds<T> {
    /// As short as that nobody minds, and long enough that ten rounds a second are the most.
    static final long REST_MILLIS = 100;

    private final Supplier<CompletionStage<T>> question;
    private final Executor afterRest;
    private final AtomicBoolean busy = new AtomicBoolean();

    /// What the next round will answer; empty: nobody waits for one.
    private final AtomicReference<Optional<CompletableFuture<T>>> next =
            new AtomicReference<>(Optional.empty());

    /// @param question asks the others
    /// @param afterRest does something when the rest is over
    Rounds(Supplier<CompletionStage<T>> question, Executor afterRest) {
        this.question = question;
        this.afterRest = afterRest;
    }

    CompletionStage<T> ask() {
        CompletableFuture<T> answer =
                next.updateAndGet(it -> it.or(() -> Optional.of(new CompletableFuture<>())))
                        .orElseThrow();
        begin();
        return answer.minimalCompletionStage();
    }

    /// Invariant: whoever sets `next`, and whoever clears `busy`, calls this behind it.
    private void begin() {
        if (next.get().isEmpty() || !busy.compareAndSet(false, true)) {
            return;
        }
        Optional<CompletableFuture<T>> round = next.getAndSet(Optional.empty());
        if (round.isEmpty()) { // another thread's round has taken it, and is over
            ready();
            return;
        }
        asked().whenComplete((answer, bug) -> {
            if (bug == null) {
                round.get().complete(answer);
            } else {
                round.get().completeExceptionally(bug);
            }
            afterRest.execute(this::ready);
        });
    }

    private void ready() {
        busy.set(false);
        begin();
    }

    private CompletionStage<T> asked() {
        try {
            return question.get();
        } catch (RuntimeException bug) {
            return CompletableFuture.failedStage(bug);
        }
    }
}
