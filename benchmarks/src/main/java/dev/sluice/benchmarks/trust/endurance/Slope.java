package dev.sluice.benchmarks.trust.endurance;

import java.util.Arrays;

/** The Theil-Sen slope: the median of the slopes of all pairs, which outliers do not bend. */
final class Slope {
    private Slope() {}

    /**
     * @param x of each sample, increasing
     * @return change of y for each unit of x, 0 with fewer than two samples
     */
    static double of(double[] x, double[] y) {
        int count = x.length;
        double[] slopes = new double[count * (count - 1) / 2];
        int at = 0;
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                slopes[at++] = (y[j] - y[i]) / (x[j] - x[i]);
            }
        }
        return median(slopes);
    }

    /**
     * @return the middle one, 0 of none
     */
    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }
}
