package io.epmesh.simulator;

import io.epmesh.simulator.SeedRun.Mode;
import io.epmesh.simulator.SeedRun.Outcome;
import io.epmesh.simulator.SeedRun.Recipe;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/// The command behind `bin/simulate`. Exit code 0: every seed held; 1: one did not; 2: bad usage.
final class Simulate {
    private static final int LEAST_PEERS = 5;
    private static final int MOST_PEERS = 1_000;
    private static final int DAY_SECONDS = 86_400;
    private static final List<String> OPTIONS =
            List.of("--peers", "--seeds", "--mode", "--replay", "--threads", "--seconds");

    private Simulate() {}

    /// Runs the seeds that the arguments name.
    ///
    /// @param args see `bin/simulate`
    public static void main(String[] args) throws InterruptedException, ExecutionException {
        System.exit(run(args));
    }

    private static int run(String[] args) throws InterruptedException, ExecutionException {
        try {
            Map<String, String> options = options(args);
            int peers = number(options, "--peers", 0, LEAST_PEERS, MOST_PEERS);
            int cores = Runtime.getRuntime().availableProcessors();
            int threads = number(options, "--threads", cores, 1, 1_024);
            Optional<Mode> mode = Optional.ofNullable(options.get("--mode")).map(Simulate::mode);
            if (options.containsKey("--replay")) {
                return replay(options.get("--replay"), peers, mode.orElse(Mode.SAFETY));
            }
            long[] seeds = seeds(options.getOrDefault("--seeds", "1..100"));
            int seconds = number(options, "--seconds", DAY_SECONDS, 1, DAY_SECONDS);
            Campaign campaign = new Campaign(peers, mode, seconds, System.out, SeedRun::of);
            return campaign.run(seeds[0], seeds[1], threads) ? 0 : 1;
        } catch (IllegalArgumentException e) {
            System.err.println("simulate: " + e.getMessage());
            return 2;
        }
    }

    private static int replay(String what, int peers, Mode mode) {
        String[] parts = what.split(":", 2);
        Optional<Set<String>> only =
                parts.length < 2 ? Optional.empty() : Optional.of(Set.of(parts[1].split(",", -1)));
        Outcome outcome = SeedRun.of(new Recipe(seed(parts[0]), peers, mode, only));
        System.out.printf("delivered: %016x%n", outcome.print());
        outcome.violation().ifPresent(violation -> System.out.println(Failure.brief(violation)));
        System.out.println(outcome.violation().isPresent() ? "failed" : "held");
        return outcome.violation().isPresent() ? 1 : 0;
    }

    private static Map<String, String> options(String[] args) {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException(
                        "%s (expected: one of %s, with a value)".formatted(args[i], OPTIONS));
            }
            options.put(args[i], args[i + 1]);
        }
        return options;
    }

    private static int number(
            Map<String, String> options, String option, int usual, int least, int most) {
        String text = options.get(option);
        if (text == null) {
            return usual;
        }
        if (text.matches("[0-9]{1,6}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new IllegalArgumentException(
                "%s: %s (expected: %d..%d)".formatted(option, text, least, most));
    }

    private static Mode mode(String text) {
        for (Mode mode : Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(text)) {
                return mode;
            }
        }
        throw new IllegalArgumentException(
                "--mode: %s (expected: safety or liveness)".formatted(text));
    }

    private static long[] seeds(String text) {
        String[] ends = text.split("\\.\\.", -1);
        long first = seed(ends[0]);
        long last = ends.length == 2 ? seed(ends[1]) : first;
        if (ends.length > 2 || last < first) {
            throw new IllegalArgumentException(
                    "--seeds: %s (expected: A..B, A at most B)".formatted(text));
        }
        return new long[] {first, last};
    }

    private static long seed(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException("seed: '%s' (expected: a number)".formatted(text));
        }
        return Long.parseLong(text);
    }
}
