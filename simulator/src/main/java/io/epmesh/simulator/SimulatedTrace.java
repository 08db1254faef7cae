package io.epmesh.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What the simulated membership did, line by line in the text form of the recorded traces of real
/// members, so that both can be held against the same model.
public final class SimulatedTrace {
    private static final int BROADCAST_MILLIS = 250;

    private final List<String> lines = new ArrayList<>();
    private final boolean wanted;

    /// One run of a peer.
    record Run(int peer, long incarnation) {
        static Run of(SimulatedPeer peer) {
            return new Run(peer.number, peer.incarnation());
        }

        @Override
        public String toString() {
            return peer + "." + incarnation;
        }
    }

    private SimulatedTrace(boolean wanted) {
        this.wanted = wanted;
    }

    /// Writes nothing down.
    static SimulatedTrace none() {
        return new SimulatedTrace(false);
    }

    /// {@return the trace of a fault of some seconds among five peers, each of which broadcasts a
    /// number every 250 ms}
    ///
    /// @param fault one of `split`, `bridge`, `one-way`, `freeze`, `restart`, `calm`
    /// @param seed from which all of it follows
    public static List<String> of(String fault, long seed) {
        SimulatedTrace trace = new SimulatedTrace(true);
        SimulatedMesh mesh = new SimulatedMesh(seed, 5);
        SplittableRandom random = new SplittableRandom(seed);
        mesh.run(4 * VirtualTime.SECOND);
        mesh.record(trace);
        int[] number = {0};
        run(mesh, number, 2);
        SimulatedPeer frozen = mesh.peers.getFirst();
        switch (fault) {
            case "split" -> cut(mesh, List.of(0, 1), List.of(2, 3, 4), true);
            case "bridge" -> cut(mesh, List.of(0, 1), List.of(3, 4), true);
            case "one-way" -> cut(mesh, List.of(0), List.of(1, 2), false);
            case "freeze" -> mesh.freeze(frozen);
            case "restart" -> {
                mesh.crash(frozen);
                run(mesh, number, 1);
                mesh.start(frozen);
            }
            case "calm" -> {}
            default -> throw new IllegalArgumentException("fault: " + fault);
        }
        mesh.suspect(mesh.peers.get(4), mesh.peers.get(random.nextInt(4)));
        run(mesh, number, 6);
        mesh.heal();
        mesh.thaw(frozen);
        run(mesh, number, 6);
        return List.copyOf(trace.lines);
    }

    private static void cut(
            SimulatedMesh mesh, List<Integer> some, List<Integer> others, boolean bothWays) {
        for (int from : some) {
            for (int to : others) {
                mesh.block(mesh.peers.get(from), mesh.peers.get(to));
                if (bothWays) {
                    mesh.block(mesh.peers.get(to), mesh.peers.get(from));
                }
            }
        }
    }

    private static void run(SimulatedMesh mesh, int[] number, int seconds) {
        for (int i = 0; i < seconds * 1_000 / BROADCAST_MILLIS; i++) {
            number[0]++;
            mesh.peers.forEach(peer -> mesh.broadcast(peer, number[0]));
            mesh.run(BROADCAST_MILLIS * VirtualTime.MILLI);
        }
    }

    void view(long now, SimulatedPeer observer, List<Run> members, boolean repeats) {
        TreeSet<String> names =
                members.stream().map(Run::toString).collect(Collectors.toCollection(TreeSet::new));
        add(now, observer, (repeats ? "merge " : "view ") + String.join(" ", names));
    }

    void suspected(long now, SimulatedPeer observer, SimulatedPeer accused) {
        add(now, observer, "suspect " + Run.of(accused));
    }

    void sent(long now, SimulatedPeer sender, int number) {
        add(now, sender, "sent " + number);
    }

    void heard(long now, SimulatedPeer observer, Run sender, int number) {
        add(now, observer, "heard " + sender + " " + number);
    }

    private void add(long now, SimulatedPeer peer, String event) {
        if (wanted) {
            lines.add("%d %s %s".formatted(now / VirtualTime.MILLI, Run.of(peer), event));
        }
    }
}
