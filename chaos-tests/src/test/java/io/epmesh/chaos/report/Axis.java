package io.epmesh.chaos.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The values of one direction of a plot.
///
/// @param kind how they are spread
/// @param low the least value, above 0 where it is logarithmic
/// @param high the greatest, above `low`
record Axis(Kind kind, double low, double high) {
    private static final int MOST_TICKS = 10;

    /// Lengths of time between two ticks, in seconds.
    private static final int[] STEPS = {
        1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400
    };

    /// How values are spread.
    enum Kind {
        /// Seconds, evenly.
        TIME,
        /// Numbers, evenly.
        EVEN,
        /// Powers of ten, evenly.
        LOGARITHMIC
    }

    /// Seconds from 0.
    static Axis time(double seconds) {
        return new Axis(Kind.TIME, 0, Math.max(1, seconds));
    }

    /// From 0 to a round number that is not below `most`.
    static Axis even(double most) {
        double ten = Math.pow(10, Math.floor(Math.log10(Math.max(1e-3, most))));
        double factor = most <= ten ? 1 : most <= 2 * ten ? 2 : most <= 5 * ten ? 5 : 10;
        return new Axis(Kind.EVEN, 0, ten * factor);
    }

    /// Whole powers of ten that hold `least` and `most`.
    static Axis logarithmic(double least, double most) {
        double low = Math.floor(Math.log10(least));
        double high = Math.max(low + 1, Math.ceil(Math.log10(most)));
        return new Axis(Kind.LOGARITHMIC, Math.pow(10, low), Math.pow(10, high));
    }

    /// Where a value is: 0 at `low`, 1 at `high`.
    double at(double value) {
        return kind == Kind.LOGARITHMIC
                ? Math.log10(value / low) / Math.log10(high / low)
                : (value - low) / (high - low);
    }

    /// The values to be named.
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        switch (kind) {
            case LOGARITHMIC -> {
                for (double tick = low; tick < high * 1.5; tick *= 10) {
                    ticks.add(tick);
                }
            }
            case EVEN -> {
                for (int part = 0; part <= 4; part++) {
                    ticks.add(high * part / 4);
                }
            }
            case TIME -> {
                int step = STEPS[STEPS.length - 1];
                for (int i = STEPS.length - 1; i >= 0 && high / STEPS[i] <= MOST_TICKS; i--) {
                    step = STEPS[i];
                }
                for (double tick = 0; tick <= high; tick += step) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /// A value as it is written beside its tick.
    String name(double value) {
        if (kind == Kind.TIME) {
            return time((long) value);
        }
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.4g", value).replaceFirst("\\.?0+$", "");
    }

    private static String time(long seconds) {
        if (seconds % 60 != 0 || seconds == 0) {
            return seconds < 60 ? seconds + " s" : seconds / 60 + " m " + seconds % 60 + " s";
        }
        return seconds % 3_600 == 0
                ? seconds / 3_600 + " h"
                : seconds < 3_600
                        ? seconds / 60 + " m"
                        : seconds / 3_600 + " h " + seconds % 3_600 / 60 + " m";
    }
}
