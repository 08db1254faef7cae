package io.epmesh.epmd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The C program and ours, asked the same; `-Depmd.differential.requests=N` asks more (a third as a
/// rule is malformed), `-Depmd.differential.seed=S` others. A failure names seed, step and bytes.
class DifferentialTest {
    private static final int REQUESTS = Integer.getInteger("epmd.differential.requests", 4_000);
    private static final long SEED = Long.getLong("epmd.differential.seed", 1);

    /// Fewer than the names that the C program remembers: beyond them it forgets creations.
    private static final int REQUESTS_A_SERVER = 500;

    private static final int MOST_KEPT = 20;
    private static final List<HangUp> HANG_UPS = List.of(HangUp.values());
    private static final String GUARD = "00 12 78 1111 4d 00 0006 0005 0005 6775617264 0000";

    @BeforeAll
    static void assumeEpmd() {
        RealEpmd.assumeInstalled();
    }

    static EpmdServer ours(boolean relaxed) {
        EpmdLimits limits =
                new EpmdLimits(
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(240),
                        Duration.ZERO,
                        65_536,
                        1_024,
                        32_768,
                        512);
        EpmdSettings settings = EpmdSettings.DEFAULTS.withPort(0).withLimits(limits);
        StartResult result =
                EpmdServer.start(
                        relaxed ? settings.relaxed() : settings,
                        new RecordingDirectory(),
                        Map.of());
        if (result instanceof StartResult.Started(EpmdServer server)) {
            return server;
        }
        throw new AssertionError(result);
    }

    static RealEpmd theirs(boolean relaxed) throws IOException, InterruptedException {
        return relaxed ? RealEpmd.start("-relaxed_command_check") : RealEpmd.start();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(3600)
    void randomRequests_toBoth_haveTheSameOutcome(boolean relaxed) throws Exception {
        EnumSet<Deviation> met = EnumSet.noneOf(Deviation.class);
        int compared = 0;
        for (int done = 0; done < REQUESTS / 2; done += REQUESTS_A_SERVER) {
            long seed = SEED + done;
            try (RealEpmd theirs = theirs(relaxed);
                    EpmdServer ours = ours(relaxed);
                    Duel duel = new Duel(theirs.port(), ours.port())) {
                round(duel, seed, relaxed);
                met.addAll(duel.deviations().keySet());
                compared += duel.comparisons();
                assertThat(theirs.isAlive()).isTrue();
            }
        }
        assertThat(compared).isGreaterThan(REQUESTS / 2 / 2);
        assertThat(met).contains(Deviation.LONGEST_NAME_IS_FOUND, Deviation.FULL_NAME_IS_REFUSED);
    }

    private static void round(Duel duel, long seed, boolean relaxed) throws IOException {
        Random random = new Random(seed);
        RandomExchanges exchanges = new RandomExchanges(random, relaxed);
        // While it lives, KILL_REQ is refused.
        Duel.Pair guard = duel.open(Exchange.of(GUARD));
        guard.step();
        guard.finish();
        for (int step = 0; step < REQUESTS_A_SERVER; step++) {
            try {
                if (duel.keptCount() > 1 && random.nextInt(MOST_KEPT) < duel.keptCount()) {
                    HangUp way = HANG_UPS.get(random.nextInt(HANG_UPS.size()));
                    duel.endKept(random.nextInt(1, duel.keptCount()), way);
                }
                if (random.nextInt(20) == 0) {
                    interleave(duel, exchanges, random);
                } else {
                    duel.play(exchanges.next());
                }
                if (step % 50 == 0) {
                    duel.settle();
                    duel.compareDump();
                }
            } catch (IOException | AssertionError e) {
                throw new AssertionError("seed %d, step %d: %s".formatted(seed, step, e), e);
            }
        }
    }

    /// Several connections at a time, their chunks in random order.
    private static void interleave(Duel duel, RandomExchanges exchanges, Random random)
            throws IOException {
        List<Duel.Pair> pairs = new ArrayList<>();
        for (int i = random.nextInt(2, 5); i > 0; i--) {
            pairs.add(duel.open(exchanges.next()));
        }
        List<Duel.Pair> unfinished = new ArrayList<>(pairs);
        while (!unfinished.isEmpty()) {
            Collections.shuffle(unfinished, random);
            Duel.Pair pair = unfinished.getFirst();
            if (!pair.step()) {
                unfinished.remove(pair);
                pair.finish();
            }
            duel.settle();
        }
        duel.compareNames();
    }
}
