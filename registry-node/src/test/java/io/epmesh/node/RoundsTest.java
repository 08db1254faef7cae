package io.epmesh.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final List<CompletableFuture<Integer>> asked = new ArrayList<>();
    private final Queue<Runnable> resting = new ArrayDeque<>();
    private final Rounds<Integer> rounds = new Rounds<>(this::question, resting::add);

    private CompletionStage<Integer> question() {
        asked.add(new CompletableFuture<>());
        return asked.getLast();
    }

    private CompletableFuture<Integer> ask() {
        return rounds.ask().toCompletableFuture();
    }

    @Test
    void first_isAskedAtOnce() {
        CompletableFuture<Integer> first = ask();
        asked.getFirst().complete(1);

        assertThat(first).isCompletedWithValue(1);
    }

    /// Each question of a client was one to every peer: a hundred of them at once, which strangers
    /// may ask over the mesh session, were a hundred messages for each.
    @Test
    void manyAtOnce_areTwoRounds_andWhoComesLateGetsNoAnswerFromBefore() {
        CompletableFuture<Integer> first = ask();
        List<CompletableFuture<Integer>> others = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            others.add(ask());
        }
        assertThat(asked).hasSize(1);
        asked.getFirst().complete(1);
        assertThat(first).isCompletedWithValue(1);
        assertThat(others).noneMatch(CompletableFuture::isDone);

        resting.remove().run();
        assertThat(asked).hasSize(2);
        asked.getLast().complete(2);
        assertThat(others).allSatisfy(it -> assertThat(it).isCompletedWithValue(2));
    }

    @Test
    void oneAfterTheOther_restsInBetween() {
        CompletableFuture<Integer> first = ask();
        asked.getFirst().complete(1);
        assertThat(first).isDone();
        CompletableFuture<Integer> second = ask();
        assertThat(asked).hasSize(1);

        resting.remove().run();
        asked.getLast().complete(2);
        assertThat(second).isCompletedWithValue(2);
        resting.remove().run();
        assertThat(resting).as("nobody asks").isEmpty();
        assertThat(asked).hasSize(2);
    }

    @Test
    void roundThatFails_failsItsOwnAskersAlone() {
        CompletableFuture<Integer> first = ask();
        CompletableFuture<Integer> second = ask();
        asked.getFirst().completeExceptionally(new IllegalStateException("stopped"));
        assertThat(first).isCompletedExceptionally();

        resting.remove().run();
        asked.getLast().complete(2);
        assertThat(second).isCompletedWithValue(2);
    }

    @Test
    void questionThatThrows_isOneThatFails() {
        Rounds<Integer> broken =
                new Rounds<>(
                        () -> {
                            throw new IllegalStateException("a bug");
                        },
                        Runnable::run);

        assertThat(broken.ask().toCompletableFuture()).isCompletedExceptionally();
        assertThat(broken.ask().toCompletableFuture()).isCompletedExceptionally();
    }
}
