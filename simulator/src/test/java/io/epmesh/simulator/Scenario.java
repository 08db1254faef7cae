package io.epmesh.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.epmesh.gossip.Bytes;
import io.epmesh.gossip.Finding;
import io.epmesh.gossip.Key;
import io.epmesh.gossip.Mapping;
import io.epmesh.gossip.Snapshot.OwnerView;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.pcollections.HashTreePMap;

/// Carries out a scenario that a person can read, line by line, on a [SimulatedMesh]. Peers are
/// numbers from 1, several with commas, `*` is all that run; `#` starts a comment.
///
/// ```
/// peers N                     first, starts them
/// run TIME                    500ms, 3s
/// put P KEY VALUE, remove P KEY, await-acknowledged (of the last write, 5 s at the most)
/// own P NAME VALUE            an entry of P's own
/// cut P, block FROM TO, heal  both ways from all others; one way; all well again
/// kill P, start P, freeze P, thaw P, leave P, forget P WHOM, skew P TIME
/// judge P WHOM                P finds all entries of WHOM gone
/// expect P mapping KEY VALUE|none
/// expect P owner WHOM living|orphaned|left
/// expect P entry WHOM NAME VALUE|none, expect P finding WHOM NAME FINDING
/// expect P identity kept|taken, expect converged
/// never P …                   as expect, the other way round
/// ```
final class Scenario {
    private final List<String> lines;
    private final long seed;
    private SimulatedMesh mesh;

    private Scenario(List<String> lines, long seed) {
        this.lines = lines;
        this.seed = seed;
        this.mesh = new SimulatedMesh(seed, 0);
    }

    /// Throws an assertion error that names the line.
    static void run(String name, long seed) {
        new Scenario(lines(name), seed).run(name);
    }

    private static List<String> lines(String name) {
        try (InputStream in = Scenario.class.getResourceAsStream("/scenarios/" + name + ".txt")) {
            if (in == null) {
                throw new AssertionError("no scenario " + name);
            }
            return new String(in.readAllBytes(), UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String name) {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).replaceFirst("#.*", "").strip();
            try {
                if (!line.isEmpty()) {
                    carryOut(List.of(line.split(" +", -1)));
                }
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "%s.txt:%d, seed %d: %s".formatted(name, i + 1, seed, line), e);
            }
        }
    }

    private void carryOut(List<String> words) {
        switch (words.getFirst()) {
            case "peers" -> mesh = new SimulatedMesh(seed, Integer.parseInt(words.get(1)));
            case "run" -> mesh.run(nanos(words.get(1)));
            case "put" -> write(words.get(1), words.get(2), Optional.of(words.get(3)));
            case "remove" -> write(words.get(1), words.get(2), Optional.empty());
            case "await-acknowledged" -> awaitAcknowledged();
            case "own" ->
                    each(
                            words.get(1),
                            peer ->
                                    mesh.own(
                                            peer,
                                            peer.own.plus(
                                                    name(words.get(2)), Bytes.utf8(words.get(3)))));
            case "cut" -> cut(peers(words.get(1)));
            case "block" -> each(words.get(1), from -> each(words.get(2), to -> block(from, to)));
            case "heal" -> mesh.heal();
            case "kill" -> each(words.get(1), mesh::crash);
            case "start" -> each(words.get(1), mesh::start);
            case "freeze" -> each(words.get(1), mesh::freeze);
            case "thaw" -> each(words.get(1), mesh::thaw);
            case "leave" -> each(words.get(1), mesh::leave);
            case "forget" -> mesh.forget(peer(words.get(1)), peer(words.get(2)).id());
            case "judge" -> judge(peer(words.get(1)), peer(words.get(2)));
            case "skew" -> peer(words.get(1)).wallSkewMillis = nanos(words.get(2)) / 1_000_000;
            case "expect" -> expect(words.subList(1, words.size()), true);
            case "never" -> expect(words.subList(1, words.size()), false);
            default -> throw new IllegalArgumentException("no such step: " + words.getFirst());
        }
    }

    private void write(String peer, String key, Optional<String> value) {
        mesh.write(peer(peer), new Key(3, Bytes.utf8(key)), value.map(Bytes::utf8));
    }

    private void awaitAcknowledged() {
        int acknowledged = mesh.writes.acknowledged;
        for (int i = 0; mesh.writes.acknowledged == acknowledged; i++) {
            if (i == 5_000) {
                throw new AssertionError("not acknowledged within 5 s");
            }
            mesh.run(VirtualTime.MILLI);
        }
    }

    private void cut(List<SimulatedPeer> island) {
        for (SimulatedPeer inside : island) {
            for (SimulatedPeer outside : mesh.peers) {
                if (!island.contains(outside)) {
                    block(inside, outside);
                    block(outside, inside);
                }
            }
        }
    }

    private void block(SimulatedPeer from, SimulatedPeer to) {
        mesh.block(from, to);
    }

    private void judge(SimulatedPeer judge, SimulatedPeer judged) {
        OwnerView view = judge.shown().owners().get(judged.id());
        if (view == null) {
            throw new AssertionError("not known");
        }
        Map<Key, Finding> findings = new HashMap<>();
        view.entries().keySet().forEach(key -> findings.put(key, Finding.GONE));
        mesh.judge(judge, judged.id(), view.beat(), HashTreePMap.from(findings));
    }

    private void expect(List<String> words, boolean wanted) {
        if (words.getFirst().equals("converged")) {
            check(mesh.isConverged() == wanted, "dumps", mesh.peers.getFirst().dump());
            return;
        }
        String what = words.getLast();
        each(
                words.getFirst(),
                observer -> {
                    for (String shown : shown(observer, words)) {
                        check(
                                shown.equals(what) == wanted,
                                "peer " + observer.number + " shows",
                                shown);
                    }
                });
    }

    private static void check(boolean holds, String what, String shown) {
        if (!holds) {
            throw new AssertionError(what + " " + shown);
        }
    }

    /// What an observer shows of each thing that a line asks for.
    private List<String> shown(SimulatedPeer observer, List<String> words) {
        return switch (words.get(1)) {
            case "mapping" -> {
                Mapping mapping =
                        observer.shown().mappings().get(new Key(3, Bytes.utf8(words.get(2))));
                yield List.of(mapping == null ? "none" : mapping.winner().value().toUtf8());
            }
            case "owner" ->
                    peers(words.get(2)).stream()
                            .map(owner ->
                                    view(observer, owner)
                                            .map(view -> lower(view.phase()))
                                            .orElse("unknown"))
                            .toList();
            case "entry" ->
                    List.of(
                            view(observer, peer(words.get(2)))
                                    .flatMap(view ->
                                            Optional.ofNullable(
                                                    view.entries().get(name(words.get(3)))))
                                    .map(Bytes::toUtf8)
                                    .orElse("none"));
            case "finding" ->
                    List.of(
                            view(observer, peer(words.get(2)))
                                    .flatMap(view ->
                                            Optional.ofNullable(
                                                    view.findings().get(name(words.get(3)))))
                                    .map(Scenario::lower)
                                    .orElse("none"));
            case "identity" -> List.of(observer.identityTaken ? "taken" : "kept");
            default -> throw new IllegalArgumentException("no such thing: " + words.get(1));
        };
    }

    private static Optional<OwnerView> view(SimulatedPeer observer, SimulatedPeer owner) {
        return Optional.ofNullable(observer.shown().owners().get(owner.id()));
    }

    private static String lower(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static Key name(String name) {
        return new Key(1, Bytes.utf8(name));
    }

    private void each(String numbers, Consumer<SimulatedPeer> action) {
        peers(numbers).forEach(action);
    }

    private List<SimulatedPeer> peers(String numbers) {
        return numbers.equals("*")
                ? mesh.peers.stream().filter(SimulatedPeer::isRunning).toList()
                : Arrays.stream(numbers.split(",", -1)).map(this::peer).toList();
    }

    private SimulatedPeer peer(String number) {
        return mesh.peer(Integer.parseInt(number));
    }

    private static long nanos(String time) {
        return time.endsWith("ms")
                ? Long.parseLong(time.substring(0, time.length() - 2)) * VirtualTime.MILLI
                : Long.parseLong(time.substring(0, time.length() - 1)) * VirtualTime.SECOND;
    }
}
