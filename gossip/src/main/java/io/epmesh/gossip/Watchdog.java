package io.epmesh.gossip;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// Says when a thread has been at one piece of work for too long: once, with what it is doing, and
/// again when it goes on. Looks once a second, on the thread `watchdog`; it counts its own looks,
/// not the clock, so that a peer which was suspended as a whole raises no alarm.
final class Watchdog {
    private static final Logger LOG = System.getLogger(Watchdog.class.getName());

    /// A sync of a busy disk takes tens of milliseconds, a long one a second or two.
    static final int PATIENCE_SECONDS = 5;

    private static final int FRAMES = 20;

    private final List<Watched> watched = new ArrayList<>();
    private final AtomicLong stalls = new AtomicLong();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private static final class Watched {
        final Thread thread;
        final Pulse pulse;
        long work;
        int looks;

        Watched(Thread thread, Pulse pulse) {
            this.thread = thread;
            this.pulse = pulse;
        }
    }

    /// Before the start only.
    void watch(Thread thread, Pulse pulse) {
        watched.add(new Watched(thread, pulse));
    }

    void start() {
        Thread.ofPlatform().name("watchdog").daemon().start(this::run);
    }

    void stop() {
        stopped.countDown();
    }

    /// How often a thread has stalled.
    long stallCount() {
        return stalls.get();
    }

    private void run() {
        try {
            while (!stopped.await(1, TimeUnit.SECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// One look, a second after the one before.
    void look() {
        watched.forEach(this::look);
    }

    private void look(Watched one) {
        long work = one.pulse.work();
        if (work != 0 && work == one.work) {
            one.looks++;
            if (one.looks == PATIENCE_SECONDS) {
                stalls.incrementAndGet();
                LOG.log(
                        Level.ERROR,
                        "thread {0} has been at one thing for {1} s: {2}",
                        one.thread.getName(),
                        PATIENCE_SECONDS,
                        stack(one.thread));
            }
            return;
        }
        if (one.looks >= PATIENCE_SECONDS) {
            LOG.log(Level.INFO, "thread {0} goes on after {1} s", one.thread.getName(), one.looks);
        }
        one.work = work;
        one.looks = 0;
    }

    private static String stack(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }
}
