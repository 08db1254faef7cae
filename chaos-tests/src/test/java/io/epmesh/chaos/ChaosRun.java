package io.epmesh.chaos;

import io.epmesh.chaos.history.History;
import io.epmesh.chaos.history.Operation;
import io.epmesh.chaos.history.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// One run: a cluster, its clients, and a nemesis that goes through its cycles until time is up.
/// Each cycle: faults, while everybody reads and writes and nodes come and go; heal; nobody writes
/// until the dumps of all peers are equal; calm. One thread.
final class ChaosRun {
    /// When a run stops waiting for equal dumps; what it judges is in [Checks].
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Options options;
    private final Path directory;
    private final Consumer<String> says;
    private final Random random;

    /// What is run.
    ///
    /// @param workload one that no other run has
    /// @param hosts how many
    /// @param time after which no further cycle begins
    /// @param seed of all choices
    /// @param kinds of faults
    record Options(Workload workload, int hosts, Duration time, long seed, Set<Fault.Kind> kinds) {}

    /// @param directory where history and logs go
    /// @param says told how it goes on, a line each
    ChaosRun(Options options, Path directory, Consumer<String> says) {
        this.options = options;
        this.directory = directory;
        this.says = says;
        this.random = new Random(options.seed());
    }

    /// Runs; all operations.
    ///
    /// @param about what tells this run from others, for the history
    List<Operation> run(Containers hosts, Map<String, String> about) throws Exception {
        Path logs = Files.createDirectories(directory.resolve("logs"));
        try (History history = new History(directory.resolve("history.jsonl"))) {
            history.add("run", "about", Outcome.INFO, 0, about);
            Workload workload = options.workload();
            Cluster cluster = new Cluster(hosts, history, workload.plan(options.hosts()));
            LogWatch watch = new LogWatch(hosts.all(), history);
            Thread watching = watch.start();
            Clients clients = new Clients(cluster, history);
            try {
                cluster.start();
                says.accept(hosts.all().size() + " peers and their nodes are up");
                converge(clients, history.now(), 0);
                workload.start(clients, options.seed());
                cycles(clients);
                clients.end();
                clients.join();
            } finally {
                clients.end();
                cluster.finish(logs);
                watch.end(watching);
            }
            return history.operations();
        }
    }

    private void cycles(Clients clients) throws Exception {
        History history = clients.history();
        Nemesis nemesis = new Nemesis(clients.cluster(), history, clients.writing().writeLock());
        Schedule schedule = new Schedule(options.seed(), options.hosts(), kinds());
        long end = history.now() + options.time().toNanos() / 1_000;
        while (history.now() < end) {
            Schedule.Cycle cycle = schedule.next();
            clients.cycle(cycle.number());
            load(history);
            says.accept("cycle %d: %s".formatted(cycle.number(), cycle.faults()));
            hurt(clients, nemesis, cycle);
            nemesis.heal(cycle.number());
            clients.cluster().checkPeers();
            if (nemesis.hasDeserted()) {
                quietly(clients, () -> awaitEqual(clients, history.now(), cycle.number()));
                nemesis.populate();
            }
            converge(clients, history.now(), cycle.number());
            churn(clients, cycle.calm());
            history.flush();
        }
    }

    /// Clocks are stepped where they can be.
    private Set<Fault.Kind> kinds() {
        Set<Fault.Kind> kinds = EnumSet.copyOf(options.kinds());
        if (!Clock.canBeStepped()) {
            kinds.remove(Fault.Kind.CLOCK);
        }
        return kinds;
    }

    /// Begins the faults of a cycle, each after its delay, and waits for the end of its time.
    private void hurt(Clients clients, Nemesis nemesis, Schedule.Cycle cycle) throws Exception {
        long start = System.nanoTime();
        List<Fault> faults =
                cycle.faults().stream().sorted((a, b) -> a.delay().compareTo(b.delay())).toList();
        for (Fault fault : faults) {
            Duration passed = Duration.ofNanos(System.nanoTime() - start);
            churn(clients, fault.delay().minus(passed));
            nemesis.begin(fault);
        }
        Duration rest = cycle.hold().minus(Duration.ofNanos(System.nanoTime() - start));
        churn(clients, rest.dividedBy(2));
        for (Fault fault : faults) {
            nemesis.again(fault);
        }
        churn(clients, cycle.hold().minus(Duration.ofNanos(System.nanoTime() - start)));
    }

    /// Lets time pass, in which a node here and there ends and another takes its name.
    private void churn(Clients clients, Duration time) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        long pause = options.workload().pause().toNanos();
        while (end - System.nanoTime() > 0) {
            LockSupport.parkNanos(Math.min(pause, end - System.nanoTime()));
            options.workload().churn(clients.cluster(), random);
        }
    }

    /// Holds all writers until the dumps of all peers are equal and name exactly what lives, and
    /// the workload has looked at what it is about.
    private void converge(Clients clients, long since, int cycle) throws Exception {
        quietly(
                clients,
                () -> {
                    awaitEqual(clients, since, cycle);
                    options.workload().settled(clients, since, cycle);
                });
    }

    /// Something that is done while nobody writes.
    private interface Quiet {
        void act() throws Exception;
    }

    private static void quietly(Clients clients, Quiet quiet) throws Exception {
        Lock writing = clients.writing().writeLock();
        writing.lock();
        try {
            quiet.act();
        } finally {
            writing.unlock();
        }
    }

    private void awaitEqual(Clients clients, long since, int cycle) {
        History history = clients.history();
        long end = since + PATIENCE.toNanos() / 1_000;
        while (true) {
            long asked = history.now();
            List<Dump> dumps = new ArrayList<>();
            List<String> differences = dumpAll(clients.cluster(), dumps);
            boolean equal = differences.isEmpty();
            if (equal || history.now() > end) {
                converged(history, since, cycle, differences);
                dumps.stream()
                        .limit(equal ? 1 : dumps.size())
                        .forEach(dump -> dumped(history, asked, cycle, dump));
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    /// Adds the dumps of all peers; how they differ, and which peers gave none.
    private static List<String> dumpAll(Cluster cluster, List<Dump> dumps) {
        List<String> silent = new ArrayList<>();
        for (Host host : cluster.hosts().all()) {
            try {
                dumps.add(Dump.of(host));
            } catch (AssertionError notYet) {
                silent.add(String.valueOf(notYet.getMessage()));
            }
        }
        return silent.isEmpty() ? Dump.differences(dumps, cluster.living()) : silent;
    }

    private void converged(History history, long since, int cycle, List<String> differences) {
        history.add(
                "nemesis",
                "converge",
                differences.isEmpty() ? Outcome.OK : Outcome.FAIL,
                since,
                Map.of(
                        "cycle",
                        "" + cycle,
                        "differences",
                        String.join(
                                "\n", differences.subList(0, Math.min(50, differences.size())))));
        says.accept(
                "cycle %d: %s %d ms after the heal"
                        .formatted(
                                cycle,
                                differences.isEmpty() ? "equal" : "NOT EQUAL",
                                (history.now() - since) / 1_000));
    }

    private static void dumped(History history, long asked, int cycle, Dump dump) {
        history.add(
                dump.host().name(),
                "dump",
                Outcome.OK,
                asked,
                Map.of(
                        "cycle",
                        "" + cycle,
                        "names",
                        String.join("\n", dump.names()),
                        "mappings",
                        String.join("\n", dump.mappings())));
    }

    private static void load(History history) throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg")).strip();
        history.add("machine", "load", Outcome.INFO, history.now(), Map.of("loadavg", load));
    }
}
