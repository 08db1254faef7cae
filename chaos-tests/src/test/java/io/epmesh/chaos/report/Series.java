package io.epmesh.chaos.report;

import java.util.Arrays;

/// Points of one kind in a panel, in the order in which they were added. One thread.
final class Series {
    private static final int FIRST = 64;

    /// How the points are drawn.
    enum Kind {
        /// Each by itself.
        POINTS,
        /// With a line to the next; one that is no number breaks the line.
        LINE,
        /// With a level line up to the time of the next.
        STEPS
    }

    private final String name;
    private final String colour;
    private final Kind kind;
    private double[] seconds = new double[FIRST];
    private double[] values = new double[FIRST];
    private int size;

    /// @param colour one of those that [Plot] has
    Series(String name, String colour, Kind kind) {
        this.name = name;
        this.colour = colour;
        this.kind = kind;
    }

    void add(long micros, double value) {
        if (size == seconds.length) {
            seconds = Arrays.copyOf(seconds, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        seconds[size] = micros / 1e6;
        values[size++] = value;
    }

    String name() {
        return name;
    }

    String colour() {
        return colour;
    }

    Kind kind() {
        return kind;
    }

    int size() {
        return size;
    }

    double second(int index) {
        return seconds[index];
    }

    double value(int index) {
        return values[index];
    }
}
