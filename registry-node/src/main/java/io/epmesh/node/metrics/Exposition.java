package io.epmesh.node.metrics;

import java.util.Locale;

/// Writes metrics one after the other in Prometheus' text format, version 0.0.4. One thread.
///
/// Names of counters end in `_total`, times are in seconds, sizes in bytes; the values of a label
/// are a fixed set, so that the number of series does not grow with the mesh.
public final class Exposition {
    /// The content type of the text.
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final StringBuilder text = new StringBuilder();
    private String name = "";

    /// Begins with nothing.
    public Exposition() {}

    /// What a metric is.
    public enum MetricType {
        /// Only rises, or begins anew.
        COUNTER,
        /// Goes up and down.
        GAUGE,
        /// Counts in buckets.
        HISTOGRAM
    }

    /// Begins a metric; its samples follow.
    ///
    /// @param metric its name
    /// @param type what it is
    /// @param help one sentence
    /// @return this
    public Exposition metric(String metric, MetricType type, String help) {
        name = metric;
        text.append("# HELP ").append(metric).append(' ').append(escaped(help, false));
        text.append("\n# TYPE ").append(metric).append(' ');
        text.append(type.name().toLowerCase(Locale.ROOT)).append('\n');
        return this;
    }

    /// Adds a sample of the metric.
    ///
    /// @param value the value
    /// @param labels names and values by turns
    /// @return this
    public Exposition sample(Number value, String... labels) {
        return sample("", value, labels);
    }

    /// Adds a sample of a part of the metric.
    ///
    /// @param suffix of the name, as `_sum`
    /// @param value the value
    /// @param labels names and values by turns
    /// @return this
    public Exposition sample(String suffix, Number value, String... labels) {
        text.append(name).append(suffix);
        for (int i = 0; i < labels.length; i += 2) {
            text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            text.append(escaped(labels[i + 1], true)).append('"');
        }
        text.append(labels.length == 0 ? " " : "} ").append(value).append('\n');
        return this;
    }

    private static String escaped(String value, boolean quoted) {
        String plain = value.replace("\\", "\\\\").replace("\n", "\\n");
        return quoted ? plain.replace("\"", "\\\"") : plain;
    }

    /// {@return the text so far}
    @Override
    public String toString() {
        return text.toString();
    }
}
