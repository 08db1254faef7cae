package io.epmesh.bench;

import io.epmesh.bench.Sighting.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Serf agents on hosts of their own in a lab, and a `serf monitor` at each, which prints what
/// happens as the agent streams it. One thread.
final class Serf implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// A line about a user event, or about a member.
    private static final Pattern LINE =
            Pattern.compile(
                    ".*Received event: user-event: (\\S+).*|.*EventMember(Join|Failed): (\\S+) .*");

    private final List<LabHost> hosts;
    private final Sightings sightings = new Sightings();
    private final List<Process> monitors = new ArrayList<>();

    /// Whom each agent has met, by the number of its host; written by the readers.
    private final Map<Integer, Set<String>> members = new ConcurrentHashMap<>();

    Serf(List<LabHost> hosts) {
        this.hosts = hosts;
    }

    /// Starts all agents, and waits until each has met all.
    void start(Path directory) throws IOException, InterruptedException {
        for (LabHost host : hosts) {
            host.start(
                    List.of(
                            "serf",
                            "agent",
                            "-node=" + host.name(),
                            "-bind=" + host.address() + ":7946",
                            "-rpc-addr=127.0.0.1:7373",
                            "-rejoin",
                            "-retry-interval=1s",
                            "-snapshot=" + directory.resolve("serf-" + host.name()),
                            "-retry-join=" + hosts.getFirst().address() + ":7946",
                            "-retry-join=" + hosts.get(1).address() + ":7946"));
        }
        for (LabHost host : hosts) {
            monitor(host);
        }
        if (sightings.until(this::isWhole, PATIENCE).isEmpty()) {
            throw new IOException("Serf's agents did not meet within " + PATIENCE);
        }
    }

    private boolean isWhole() {
        return hosts.stream()
                .allMatch(host ->
                        members.getOrDefault(host.number(), Set.of()).size() == hosts.size());
    }

    /// Streams an agent's events, until it ends.
    void monitor(LabHost host) throws IOException, InterruptedException {
        while (true) {
            Process process =
                    new ProcessBuilder(host.inside(List.of("serf", "monitor", "-log-level=info")))
                            .redirectErrorStream(true)
                            .start();
            BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
            String first = lines.readLine();
            if (first != null && !first.contains("Error")) {
                monitors.add(process);
                Thread.ofPlatform()
                        .name("serf-" + host.number())
                        .daemon()
                        .start(() -> read(host.number(), lines));
                return;
            }
            process.waitFor();
        }
    }

    private void read(int host, BufferedReader lines) {
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long now = System.nanoTime();
                Matcher event = LINE.matcher(line);
                if (event.matches()) {
                    if (event.group(3) != null) {
                        members.computeIfAbsent(host, _ -> ConcurrentHashMap.newKeySet())
                                .add(event.group(3));
                    }
                    sightings.add(sighting(host, event, now));
                }
            }
        } catch (IOException ended) {
            // with its agent
        }
    }

    private static Sighting sighting(int host, Matcher event, long now) {
        if (event.group(1) != null) {
            return new Sighting(host, event.group(1), State.UP, now);
        }
        State state = event.group(2).equals("Join") ? State.UP : State.GONE;
        return new Sighting(host, event.group(3), state, now);
    }

    /// A user event, from its agent's own line to the last one's.
    void event(String name, LabHost host, Figure into) throws IOException, InterruptedException {
        sightings.clear();
        Lab.run(host.inside(List.of("serf", "event", "-coalesce=false", name)));
        OptionalLong last =
                sightings.last(LabHost.numbers(hosts), name, EnumSet.of(State.UP), PATIENCE);
        into.add(sightings.firstNanos(), last);
    }

    /// An agent is killed, until the others call it failed; and starts again.
    void kill(LabHost host, Figure into) throws IOException, InterruptedException {
        List<LabHost> others = hosts.stream().filter(each -> !each.equals(host)).toList();
        sightings.clear();
        long from = System.nanoTime();
        host.kill();
        into.add(
                from,
                sightings.last(
                        LabHost.numbers(others), host.name(), EnumSet.of(State.GONE), PATIENCE));
        sightings.clear();
        host.restart();
        sightings.last(LabHost.numbers(others), host.name(), EnumSet.of(State.UP), PATIENCE);
        monitor(host);
    }

    @Override
    public void close() {
        for (Process each : monitors) {
            each.destroyForcibly().onExit().join();
        }
    }
}
