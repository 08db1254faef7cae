package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/// The run of one seed: its schedule, carried out on its mesh under all oracles.
final class SeedRun {
    /// Views follow within 3 s, an orphan is one after 4, some rounds of summaries.
    private static final long CONVERGED_WITHIN = 20 * SECOND;

    /// In a star most summaries go to peers that cannot be reached.
    private static final long CORE_CONVERGED_WITHIN = 60 * SECOND;

    /// Bytes of large values: the entries of one owner, or what several writers have put, do not go
    /// into one message then.
    private static final int LARGE = 8_000;

    private static final long WARM_UP = 3 * SECOND;

    /// What happens after the schedule.
    enum Mode {
        /// All faults end, and everything must come to hold.
        SAFETY,
        /// Faults end within a connected part only, the rest stands still, and that part must
        /// converge.
        LIVENESS
    }

    /// What makes a run: equal ones are equal to the last message.
    ///
    /// @param peers how many, or 0 for as many as the seed says
    /// @param only labels of the events to carry out; none for all
    record Recipe(long seed, int peers, Mode mode, Optional<Set<String>> only) {
        int hosts() {
            return peers > 0 ? peers : 5 + new Streams(seed).of("peers").nextInt(4);
        }

        Schedule schedule() {
            Schedule all = Schedule.of(new Streams(seed), hosts());
            return only.map(all::only).orElse(all);
        }

        Recipe only(Set<String> labels) {
            return new Recipe(seed, peers, mode, Optional.of(labels));
        }
    }

    /// What became of a run.
    ///
    /// @param print of all that was delivered
    /// @param hits of faults, operations and messages
    /// @param settledNanos from the end of the faults
    record Outcome(
            long print, Map<String, Long> hits, long settledNanos, Optional<Violation> violation) {}

    private final Recipe recipe;
    private final SimulatedMesh mesh;
    private final Nemesis nemesis;
    private final SplittableRandom random;

    private SeedRun(Recipe recipe) {
        this.recipe = recipe;
        this.mesh = new SimulatedMesh(recipe.seed(), recipe.hosts());
        this.nemesis = new Nemesis(mesh);
        this.random = new Streams(recipe.seed()).of("settlement");
    }

    static Outcome of(Recipe recipe) {
        SeedRun run = new SeedRun(recipe);
        try {
            long settled = run.run();
            return run.outcome(settled, Optional.empty());
        } catch (Violation violation) {
            return run.outcome(0, Optional.of(violation));
        } catch (RuntimeException | AssertionError bug) {
            Violation violation = new Violation(Invariant.NO_BUG, "%s", bug);
            violation.initCause(bug);
            return run.outcome(0, Optional.of(violation));
        }
    }

    private Outcome outcome(long settled, Optional<Violation> violation) {
        return new Outcome(
                mesh.network.traffic.print(), mesh.network.traffic.hits(), settled, violation);
    }

    private long run() {
        Schedule schedule = recipe.schedule();
        Users users = new Users(mesh, random.nextInt(4) == 0 ? LARGE : 0);
        mesh.peers.forEach(peer -> mesh.own(peer, Users.description(peer)));
        new Verification(mesh, new Streams(recipe.seed()).of("verification")).start();
        new LivenessOracle(mesh).start();
        mesh.run(WARM_UP);
        schedule.operations().forEach(o -> mesh.time.after(o.at(), () -> users.carryOut(o)));
        schedule.faults().forEach(f -> mesh.time.after(f.at(), () -> nemesis.strike(f)));
        mesh.run(schedule.length());
        return switch (recipe.mode()) {
            case SAFETY -> settleAll();
            case LIVENESS -> settleCore();
        };
    }

    /// Now and then one host stays down for good.
    private long settleAll() {
        nemesis.endAll();
        List<SimulatedPeer> up = new ArrayList<>(mesh.peers);
        if (random.nextInt(3) == 0) {
            SimulatedPeer lost = up.remove(random.nextInt(up.size()));
            mesh.lose(lost);
        }
        up.stream()
                .filter(peer -> !peer.isRunning())
                .forEach(peer -> mesh.start(peer, Users.description(peer)));
        Settlement settlement = new Settlement(mesh, up);
        long settled = settlement.await(CONVERGED_WITHIN);
        settlement.checkPromises();
        settlement.checkNames();
        settlement.checkCuts();
        settlement.checkQuiet();
        settlement.checkCutsEnded();
        settlement.checkDisks();
        return settled;
    }

    /// A star: each of the part reaches one of it, and some reach others too.
    private long settleCore() {
        nemesis.endAll();
        List<SimulatedPeer> core = new ArrayList<>(mesh.peers);
        List<SimulatedPeer> rest = new ArrayList<>();
        int size = 2 + random.nextInt(mesh.peers.size() - 2);
        while (core.size() > size) {
            rest.add(core.remove(random.nextInt(core.size())));
        }
        for (SimulatedPeer peer : rest) {
            if (peer.isRunning()) {
                mesh.freeze(peer);
            } else {
                peer.end(); // or it comes back, if it was about to take a new id
            }
        }
        SimulatedPeer hub = core.getFirst();
        for (SimulatedPeer one : core) {
            for (SimulatedPeer other : core) {
                if (one != hub
                        && other != hub
                        && one.number < other.number
                        && random.nextInt(3) > 0) {
                    mesh.block(one, other);
                    mesh.block(other, one);
                }
            }
        }
        core.stream()
                .filter(peer -> !peer.isRunning())
                .forEach(peer -> mesh.start(peer, Users.description(peer)));
        Settlement settlement = new Settlement(mesh, core);
        long settled = settlement.await(CORE_CONVERGED_WITHIN);
        settlement.checkNames();
        settlement.checkCuts();
        return settled;
    }
}
