package io.epmesh.simulator;

import io.epmesh.simulator.SeedRun.Mode;
import io.epmesh.simulator.SeedRun.Outcome;
import io.epmesh.simulator.SeedRun.Recipe;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Runs a range of seeds on a thread for each core, and prints what fails and, at the end, what
/// struck how often. Shared by its threads; guarded by itself.
final class Campaign {
    /// Of so many seeds one is run twice, and must deliver the same messages at the same times.
    private static final int TWICE = 100;

    /// Violations reported in full; the work then ends.
    private static final int REPORTED = 5;

    private final int peers;
    private final Optional<Mode> mode;
    private final long endAt;
    private final PrintStream out;
    private final Function<Recipe, Outcome> seedRun;
    private final Map<String, Long> hits = new TreeMap<>();
    private long done;
    private long failed;
    private long slowestNanos;

    /// @param peers how many, or 0 for as many as each seed says
    /// @param mode of all runs; none for both in turn
    /// @param seconds after which no seed is begun any more
    /// @param seedRun runs one
    Campaign(
            int peers,
            Optional<Mode> mode,
            long seconds,
            PrintStream out,
            Function<Recipe, Outcome> seedRun) {
        this.peers = peers;
        this.endAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        this.mode = mode;
        this.out = out;
        this.seedRun = seedRun;
    }

    /// Returns whether all seeds held.
    ///
    /// @throws ExecutionException if a thread ended by what is no fault of a seed
    boolean run(long first, long last, int threads)
            throws InterruptedException, ExecutionException {
        long began = System.nanoTime();
        AtomicLong next = new AtomicLong(first);
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                all.add(workers.submit(() -> work(next, last)));
            }
            for (Future<?> worker : all) {
                worker.get();
            }
        }
        summarize((System.nanoTime() - began) / 1_000_000_000.0);
        return failed == 0;
    }

    private void work(AtomicLong next, long last) {
        for (long seed = next.getAndIncrement();
                seed <= last && !isEnough();
                seed = next.getAndIncrement()) {
            Recipe recipe = new Recipe(seed, peers, modeOf(seed), Optional.empty());
            Outcome outcome = seedRun.apply(recipe);
            if (outcome.violation().isEmpty() && seed % TWICE == 0) {
                outcome = again(recipe, outcome);
            }
            count(outcome);
            if (outcome.violation().isPresent()) {
                report(recipe, outcome.violation().get());
            }
        }
    }

    /// Three of four in safety mode, where more is checked.
    private Mode modeOf(long seed) {
        return mode.orElse(seed % 4 == 0 ? Mode.LIVENESS : Mode.SAFETY);
    }

    private Outcome again(Recipe recipe, Outcome once) {
        Outcome again = seedRun.apply(recipe);
        if (again.print() == once.print()) {
            return once;
        }
        Violation violation =
                new Violation(
                        Invariant.NO_BUG,
                        "the same seed delivered other messages: %016x, %016x",
                        once.print(),
                        again.print());
        return new Outcome(again.print(), again.hits(), 0, Optional.of(violation));
    }

    private synchronized boolean isEnough() {
        return failed >= REPORTED || System.nanoTime() - endAt >= 0;
    }

    private synchronized void count(Outcome outcome) {
        done++;
        slowestNanos = Math.max(slowestNanos, outcome.settledNanos());
        outcome.hits().forEach((what, count) -> hits.merge(what, count, Long::sum));
        if (outcome.violation().isPresent()) {
            failed++;
        }
    }

    private void report(Recipe recipe, Violation violation) {
        String failure = Failure.describe(recipe, violation);
        synchronized (this) {
            out.print(failure);
        }
    }

    private synchronized void summarize(double seconds) {
        hits.forEach((what, count) -> out.printf(Locale.ROOT, "%,12d  %s%n", count, what));
        out.printf(
                Locale.ROOT,
                "%,d seeds, %d failed, in %.0f s; settled within %.1f s of virtual time%n",
                done,
                failed,
                seconds,
                slowestNanos / (double) VirtualTime.SECOND);
    }
}
