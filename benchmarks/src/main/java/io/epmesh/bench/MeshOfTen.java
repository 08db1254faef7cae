package io.epmesh.bench;

import io.epmesh.bench.Sighting.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Peers with a key on all hosts of a lab, a client that watches at each, and one name on each that
/// stays. One thread.
final class MeshOfTen implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Set<State> UP = EnumSet.of(State.UP);
    private static final Set<State> NOT_UP = EnumSet.of(State.ORPHANED, State.GONE);
    private static final Set<State> GONE = EnumSet.of(State.GONE);

    private final Lab lab;
    private final List<LabHost> hosts;
    private final Sightings sightings = new Sightings();
    private final List<NameWatch> watches = new ArrayList<>();
    private final Map<LabHost, LabHost.Held> keepers = new HashMap<>();
    private int names;

    MeshOfTen(Lab lab) {
        this.lab = lab;
        this.hosts = lab.hosts();
    }

    /// Starts all peers, and waits until each answers the names of all.
    void start(Path epmesh, Path directory) throws IOException, InterruptedException {
        Path key = directory.resolve("mesh.key");
        Lab.run(List.of(epmesh.toString(), "keys", "new", key.toString()));
        String join = String.join(",", hosts.stream().map(h -> h.address() + ":4370").toList());
        for (LabHost host : hosts) {
            host.start(
                    List.of(
                            epmesh.toString(),
                            "start",
                            "--host-name",
                            host.name(),
                            "--gossip-address",
                            host.address(),
                            "--join",
                            join,
                            "--key-file",
                            key.toString(),
                            "--http",
                            "off",
                            "--data-dir",
                            directory.resolve("data-" + host.name()).toString()));
            watches.add(
                    new NameWatch(
                            () -> host.namespace().connect(LabHost.EPMD),
                            host.number(),
                            sightings::add));
        }
        for (LabHost host : hosts) {
            keep(host);
        }
        waitUntilEqual();
    }

    private static String keeper(LabHost host) {
        return "keeper@" + host.name();
    }

    /// Registers the name that stays, as soon as the peer listens.
    private void keep(LabHost host) throws InterruptedException {
        while (true) {
            try {
                keepers.put(host, host.register("keeper", 50_000));
                return;
            } catch (IOException notYet) {
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private OptionalLong waitUntilEqual() throws InterruptedException {
        OptionalLong at = sightings.until(this::isEqual, PATIENCE);
        if (at.isEmpty()) {
            throw new IllegalStateException("not equal within " + PATIENCE);
        }
        return at;
    }

    /// Whether all clients know the same names, and all that stay are up.
    private boolean isEqual() {
        Map<String, State> first = watches.getFirst().names();
        return hosts.stream().allMatch(host -> first.get(keeper(host)) == State.UP)
                && watches.stream().allMatch(watch -> watch.names().equals(first));
    }

    private List<LabHost> othersThan(LabHost host) {
        return hosts.stream().filter(each -> !each.equals(host)).toList();
    }

    /// A name comes, and goes.
    void name(LabHost host, Figure registered, Figure ended)
            throws IOException, InterruptedException {
        String name = "n" + ++names;
        String full = name + "@" + host.name();
        sightings.clear();
        LabHost.Held held = host.register(name, 40_000);
        registered.add(held.ackNanos(), sightings.last(LabHost.numbers(hosts), full, UP, PATIENCE));
        sightings.clear();
        long from = System.nanoTime();
        held.connection().close();
        ended.add(from, sightings.last(LabHost.numbers(hosts), full, GONE, PATIENCE));
    }

    /// A peer is killed, and starts again.
    void kill(LabHost host, Figure into) throws IOException, InterruptedException {
        sightings.clear();
        long from = System.nanoTime();
        host.kill();
        into.add(
                from,
                sightings.last(LabHost.numbers(othersThan(host)), keeper(host), NOT_UP, PATIENCE));
        host.restart();
        keep(host);
        waitUntilEqual();
    }

    /// A peer stands still, as its host would.
    void freeze(LabHost host, Figure into) throws IOException, InterruptedException {
        sightings.clear();
        long from = System.nanoTime();
        host.signal("STOP");
        into.add(
                from,
                sightings.last(LabHost.numbers(othersThan(host)), keeper(host), NOT_UP, PATIENCE));
        host.signal("CONT");
        waitUntilEqual();
    }

    /// A host loses its cable.
    void unplug(LabHost host, Figure into, Figure healed) throws IOException, InterruptedException {
        sightings.clear();
        long from = System.nanoTime();
        lab.unplug(host);
        into.add(
                from,
                sightings.last(LabHost.numbers(othersThan(host)), keeper(host), NOT_UP, PATIENCE));
        heal(healed);
    }

    /// Nobody hears a host that hears all.
    void mute(LabHost host, Figure into, Figure healed) throws IOException, InterruptedException {
        sightings.clear();
        long from = System.nanoTime();
        lab.deafen(othersThan(host), List.of(host));
        into.add(
                from,
                sightings.last(LabHost.numbers(othersThan(host)), keeper(host), NOT_UP, PATIENCE));
        heal(healed);
    }

    /// Two halves are parted for a while, and each goes on.
    void part(Duration time, Figure healed) throws IOException, InterruptedException {
        lab.deafen(hosts.subList(0, 5), hosts.subList(5, 10));
        lab.deafen(hosts.subList(5, 10), hosts.subList(0, 5));
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
        List<LabHost.Held> held = new ArrayList<>();
        for (LabHost host : hosts) {
            held.add(host.register("n" + ++names, 40_000));
        }
        heal(healed);
        for (LabHost.Held each : held) {
            each.connection().close();
        }
        waitUntilEqual();
    }

    /// Four hosts and four others do not hear each other, two between them hear all: names go round
    /// by them, and none is orphaned.
    ///
    /// @return how many sightings of orphans there were
    long bridge(int count, Figure registered, Figure ended, Figure healed)
            throws IOException, InterruptedException {
        lab.deafen(hosts.subList(0, 4), hosts.subList(6, 10));
        lab.deafen(hosts.subList(6, 10), hosts.subList(0, 4));
        TimeUnit.SECONDS.sleep(10);
        long alarms = sightings.count(State.ORPHANED);
        for (int i = 0; i < count; i++) {
            name(hosts.get(i % Lab.HOSTS), registered, ended);
        }
        heal(healed);
        return alarms;
    }

    private void heal(Figure healed) throws IOException, InterruptedException {
        sightings.clear();
        long from = System.nanoTime();
        lab.mend();
        healed.add(from, waitUntilEqual());
    }

    @Override
    public void close() throws IOException {
        for (NameWatch each : watches) {
            each.close();
        }
        for (LabHost.Held each : keepers.values()) {
            each.connection().close();
        }
    }
}
