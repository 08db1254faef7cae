package io.epmesh.bench;

import java.util.Arrays;

/// Values that belong together pair by pair, and the interval of their median by the sign test: no
/// assumption about how they are distributed.
///
/// @param median of the values
/// @param low lower end of the interval
/// @param high upper end of the interval
/// @param confidence that the true median lies within, 0..1: the nearest that the number of pairs
///   allows to 0.95 from above; below six pairs it is less
record Paired(double median, double low, double high, double confidence) {
    private static final double WANTED = 0.95;

    /// @param values one or more
    static Paired of(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        int cut = 0;
        while (2 * (cut + 1) < n && 1 - 2 * tail(n, cut + 1) >= WANTED) {
            cut++;
        }
        return new Paired(
                median(sorted),
                sorted[cut],
                sorted[n - 1 - cut],
                Math.max(0, 1 - 2 * tail(n, cut)));
    }

    /// The probability of at most `k` heads in `n` throws of a coin.
    private static double tail(int n, int k) {
        double term = Math.pow(0.5, n);
        double sum = 0;
        for (int i = 0; i <= k; i++) {
            sum += term;
            term = term * (n - i) / (i + 1);
        }
        return sum;
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }
}
