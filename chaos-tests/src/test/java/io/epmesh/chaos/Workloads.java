package io.epmesh.chaos;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/// The workloads by their names.
final class Workloads {
    private static final Map<String, Supplier<Workload>> ALL =
            new TreeMap<>(
                    Map.of(
                            "cuts", CutsWorkload::new,
                            "distribution", DistributionWorkload::new,
                            "mesh-host", MeshHostWorkload::new,
                            "mixed", MixedWorkload::new,
                            "registrations", RegistrationsWorkload::new,
                            "mappings", MappingsWorkload::new,
                            "lookups", LookupsWorkload::new));

    private Workloads() {}

    /// All names.
    static Set<String> names() {
        return ALL.keySet();
    }

    /// A new one.
    ///
    /// @throws IllegalArgumentException if there is none of this name
    static Workload named(String name) {
        Supplier<Workload> workload = ALL.get(name);
        if (workload == null) {
            throw new IllegalArgumentException(
                    "--workload: %s (expected: one of %s)".formatted(name, ALL.keySet()));
        }
        return workload.get();
    }
}
