package io.epmesh.chaos.report;

import io.epmesh.chaos.check.Goal;
import io.epmesh.chaos.check.Result;
import io.epmesh.chaos.check.Verdict;
import io.epmesh.chaos.history.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a run leaves beside its history and the peers' logs, in the same folder: results, plots, a
/// timeline, and an `index.html` that opens all of it.
///
/// @param about workload, seed, versions and whatever else tells this run from another
/// @param history all operations
/// @param results what the checkers found
public record Report(Map<String, String> about, List<Operation> history, List<Result> results) {
    /// What clients ask for; everything else in a history was done by the nemesis, or observed.
    static final Set<String> REQUESTS =
            Set.of("put", "remove", "lookup", "find", "register", "reach", "ping", "order");

    /// Copies.
    public Report {
        about = Collections.unmodifiableMap(new LinkedHashMap<>(about));
        history = List.copyOf(history);
        results = List.copyOf(results);
    }

    /// The worst of all checkers.
    ///
    /// @return UNKNOWN without any
    public Verdict verdict() {
        return results.stream().map(Result::verdict).reduce(Verdict::and).orElse(Verdict.UNKNOWN);
    }

    /// The design's goals and what was seen.
    List<Goal> goals() {
        return Goal.of(history);
    }

    /// Writes all files.
    ///
    /// @param directory that is there
    /// @param from where the timeline begins, in microseconds of the run
    /// @throws IOException if one cannot be written
    public void write(Path directory, long from) throws IOException {
        new Results(this).write(directory.resolve("results.json"));
        Plots plots = new Plots(history, REQUESTS);
        Files.writeString(directory.resolve("latency-raw.svg"), plots.latencies());
        Files.writeString(directory.resolve("latency-quantiles.svg"), plots.quantiles());
        Files.writeString(directory.resolve("rate.svg"), plots.rates());
        Files.writeString(directory.resolve("convergence.svg"), plots.convergence());
        Files.writeString(directory.resolve("timeline.html"), new Timeline(history, from).html());
        Files.writeString(directory.resolve("index.html"), new Index(this, directory).html());
    }

    /// All figures, for a terminal.
    ///
    /// @return lines
    public String text() {
        return new Results(this).text();
    }

    static String lower(Verdict verdict) {
        return verdict.name().toLowerCase(Locale.ROOT);
    }
}
