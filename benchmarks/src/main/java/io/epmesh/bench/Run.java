package io.epmesh.bench;

import java.io.IOException;
import java.time.Duration;

/// What one run of the loader against one server measured.
///
/// @param perSecond look-ups answered a second
/// @param p50 median latency, in microseconds
/// @param p99 99th percentile, in microseconds
/// @param p999 99.9th percentile, in microseconds
/// @param cpuMicros processor time of the server for one look-up
/// @param serverBusy share of its core that the server used, 0..1
/// @param loaderBusy share of its core that the loader used, 0..1
/// @param residentKib memory of the server at the end
/// @param lookups how many were answered
/// @param failures how many were not, or wrongly
record Run(
        double perSecond,
        double p50,
        double p99,
        double p999,
        double cpuMicros,
        double serverBusy,
        double loaderBusy,
        long residentKib,
        long lookups,
        long failures) {
    static Run of(Libc libc, NameServer server, Lookups lookups, int connections, Duration duration)
            throws IOException {
        Loader loader = new Loader(libc, server.port(), lookups, connections);
        long before = server.figures().cpuNanos();
        Loader.Load load = loader.run(duration);
        long cpu = server.figures().cpuNanos() - before;
        long answered = load.latency().getTotalCount();
        return new Run(
                load.perSecond(),
                load.micros(50),
                load.micros(99),
                load.micros(99.9),
                cpu / 1e3 / answered,
                (double) cpu / load.nanos(),
                load.busy(),
                server.figures().residentKib(),
                answered,
                load.failures());
    }
}
