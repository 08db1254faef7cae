package io.epmesh.simulator;

import static io.epmesh.simulator.VirtualTime.MILLI;
import static io.epmesh.simulator.VirtualTime.SECOND;

import io.epmesh.simulator.Event.Act;
import io.epmesh.simulator.Event.Fault;
import io.epmesh.simulator.Event.Operation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// What happens in the run of a seed, all of it known before it begins, so that parts of it can be
/// left out.
///
/// Swarm testing (Groce, Zhang, Eide, Chen, Regehr; 2012): each seed has a set of fault classes of
/// its own, for a run with all of them rarely gets deep into one.
///
/// @param peers how many hosts
/// @param length when the last event has begun
record Schedule(int peers, long length, List<Fault> faults, List<Operation> operations) {
    private static final int LEAST_FAULTS = 10;
    private static final int LEAST_OPERATIONS = 200;
    private static final int LEAST_ORDERS = 40;

    /// Behind all others.
    private static final int FIRST_ORDER = 1_000;

    private static final List<Act> ORDERS =
            List.of(Act.CUT, Act.CUT, Act.CUT, Act.SLOW, Act.FIX, Act.FIX, Act.SWEEP);
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    static Schedule of(Streams streams, int peers) {
        SplittableRandom random = streams.of("faults");
        long length = (20 + random.nextInt(30)) * SECOND;
        return new Schedule(
                peers,
                length,
                faults(random, peers, length),
                Stream.concat(
                                operations(streams, peers, length).stream(),
                                orders(streams, peers, length).stream())
                        .toList());
    }

    /// The events with these labels.
    Schedule only(Set<String> labels) {
        return new Schedule(
                peers,
                length,
                faults.stream().filter(fault -> labels.contains(fault.label())).toList(),
                operations.stream().filter(act -> labels.contains(act.label())).toList());
    }

    private static List<Fault> faults(SplittableRandom random, int peers, long length) {
        Map<FaultClass, Double> weights = new EnumMap<>(FaultClass.class);
        while (weights.size() < 3) {
            for (FaultClass kind : FaultClass.values()) {
                if (random.nextInt(5) < 2) {
                    weights.put(kind, logUniform(random, 0.05, 1));
                }
            }
        }
        List<Fault> faults = new ArrayList<>();
        int count = LEAST_FAULTS + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            List<Integer> hosts = new ArrayList<>();
            for (int host = 1; host <= peers; host++) {
                hosts.add(host);
            }
            Collections.shuffle(hosts, new Random(random.nextLong()));
            faults.add(
                    new Fault(
                            i,
                            SECOND + random.nextLong(length - SECOND),
                            (long) logUniform(random, 20 * MILLI, 12 * SECOND),
                            drawn(weights, random),
                            List.copyOf(hosts),
                            logUniform(random, 0.02, 1)));
        }
        return faults;
    }

    private static FaultClass drawn(Map<FaultClass, Double> weights, SplittableRandom random) {
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        double left = random.nextDouble() * sum;
        FaultClass last = FaultClass.CRASH;
        for (Map.Entry<FaultClass, Double> weight : weights.entrySet()) {
            last = weight.getKey();
            left -= weight.getValue();
            if (left < 0) {
                break;
            }
        }
        return last;
    }

    private static List<Operation> operations(Streams streams, int peers, long length) {
        SplittableRandom random = streams.of("operations");
        int count = LEAST_OPERATIONS + random.nextInt(100);
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Act act = act(random);
            int host = 1 + random.nextInt(peers);
            operations.add(
                    new Operation(
                            i,
                            random.nextLong(length),
                            act,
                            host,
                            NAMES.get(random.nextInt(NAMES.size())),
                            part(random, act, host, peers),
                            1_024 + random.nextInt(60_000)));
        }
        return operations;
    }

    /// Orders for cables; of few pairs, so that they meet.
    private static List<Operation> orders(Streams streams, int peers, long length) {
        SplittableRandom random = streams.of("orders");
        int count = LEAST_ORDERS + random.nextInt(40);
        List<Operation> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            orders.add(
                    new Operation(
                            FIRST_ORDER + i,
                            random.nextLong(length),
                            ORDERS.get(random.nextInt(ORDERS.size())),
                            1 + random.nextInt(peers),
                            NAMES.get(random.nextInt(NAMES.size())),
                            "mesh",
                            1_024 + random.nextInt(60_000)));
        }
        return orders;
    }

    private static Act act(SplittableRandom random) {
        int drawn = random.nextInt(10);
        return drawn < 3
                ? Act.REGISTER
                : drawn < 5 ? Act.UNREGISTER : drawn < 8 ? Act.PUT : Act.REMOVE;
    }

    /// Few names, for collisions are where the faults are: those of the host itself, a name that
    /// all hosts share, and for mappings those of any host.
    private static String part(SplittableRandom random, Act act, int host, int peers) {
        boolean isMapping = act == Act.PUT || act == Act.REMOVE;
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> "mesh";
            case 3 -> "localhost";
            default -> "h" + (isMapping ? 1 + random.nextInt(peers) : host);
        };
    }

    private static double logUniform(SplittableRandom random, double from, double to) {
        return from * Math.pow(to / from, random.nextDouble());
    }
}
