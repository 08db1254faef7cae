package io.epmesh.node.metrics;

import io.epmesh.gossip.Vitals;
import io.epmesh.node.metrics.Exposition.MetricType;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// Memory, time and threads of this process, by the names that Prometheus' own clients use.
public final class ProcessMetrics {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final long PAGE_BYTES = 4_096;

    private ProcessMetrics() {}

    /// Adds them.
    ///
    /// @param out where to
    public static void write(Exposition out) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        if (system instanceof com.sun.management.OperatingSystemMXBean ours) {
            out.metric(
                            "process_cpu_seconds_total",
                            MetricType.COUNTER,
                            "Processor time of the peer.")
                    .sample(ours.getProcessCpuTime() / 1e9);
        }
        out.metric(
                        "process_start_time_seconds",
                        MetricType.GAUGE,
                        "When the peer was started, in seconds since 1970.")
                .sample(ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
        resident()
                .ifPresent(bytes ->
                        out.metric(
                                        "process_resident_memory_bytes",
                                        MetricType.GAUGE,
                                        "Memory of the peer that is resident.")
                                .sample(bytes));
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        out.metric("jvm_memory_used_bytes", MetricType.GAUGE, "Memory in use, by area.")
                .sample(heap.getUsed(), "area", "heap")
                .sample(other.getUsed(), "area", "nonheap");
        out.metric("jvm_memory_committed_bytes", MetricType.GAUGE, "Memory taken from the system.")
                .sample(heap.getCommitted(), "area", "heap")
                .sample(other.getCommitted(), "area", "nonheap");
        out.metric("jvm_memory_max_bytes", MetricType.GAUGE, "Most memory that may be in use.")
                .sample(heap.getMax(), "area", "heap");
        out.metric("jvm_threads_current", MetricType.GAUGE, "Platform threads.")
                .sample(ManagementFactory.getThreadMXBean().getThreadCount());
        long collections = 0;
        long millis = 0;
        for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += gc.getCollectionCount();
            millis += gc.getCollectionTime();
        }
        out.metric("jvm_gc_collections_total", MetricType.COUNTER, "Garbage collections.")
                .sample(collections);
        out.metric(
                        "jvm_gc_collection_seconds_total",
                        MetricType.COUNTER,
                        "Time of garbage collections.")
                .sample(millis / 1e3);
    }

    /// {@return how this process is}
    public static Vitals vitals() {
        return new Vitals(
                ManagementFactory.getRuntimeMXBean().getUptime(),
                resident().orElse(0),
                System.currentTimeMillis());
    }

    /// Only Linux tells.
    private static OptionalLong resident() {
        try {
            String[] pages = Files.readString(STATM).split(" ", -1);
            return OptionalLong.of(Long.parseLong(pages[1]) * PAGE_BYTES);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException notTold) {
            return OptionalLong.empty();
        }
    }
}
