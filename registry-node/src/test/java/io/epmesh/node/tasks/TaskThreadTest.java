package io.epmesh.node.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskThreadTest {
    private final BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();
    private final TaskThread thread = new TaskThread("tasks", told::add);

    @AfterEach
    void end() {
        thread.shutdownNow();
    }

    private static void fail() {
        throw new IllegalStateException("a bug");
    }

    private @Nullable Throwable next() throws InterruptedException {
        return told.poll(60, TimeUnit.SECONDS);
    }

    @Test
    void task_thatThrows_isToldHoweverItWasGiven() throws Exception {
        thread.execute(TaskThreadTest::fail);
        assertThat(next()).hasMessage("a bug");
        var _ = thread.schedule(TaskThreadTest::fail, 1, TimeUnit.MILLISECONDS);
        assertThat(next()).hasMessage("a bug");
        var _ = thread.scheduleWithFixedDelay(TaskThreadTest::fail, 1, 1, TimeUnit.MILLISECONDS);
        assertThat(next()).hasMessage("a bug");
    }

    @Test
    void task_thatRepeats_isNotToldWhileItDoesNotThrow() throws Exception {
        CountDownLatch rounds = new CountDownLatch(3);
        var _ = thread.scheduleAtFixedRate(rounds::countDown, 0, 1, TimeUnit.MILLISECONDS);
        assertThat(rounds.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void task_thatFailsBehindTheEnd_isNoBug() throws Exception {
        CountDownLatch ending = new CountDownLatch(1);
        thread.execute(() -> {
            ending.countDown();
            while (!thread.isShutdown()) {
                Thread.onSpinWait();
            }
            fail();
        });
        assertThat(ending.await(60, TimeUnit.SECONDS)).isTrue();
        thread.shutdown();
        assertThat(thread.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(told).isEmpty();
    }
}
