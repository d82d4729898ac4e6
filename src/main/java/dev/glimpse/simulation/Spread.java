package dev.glimpse.simulation;

import java.util.Arrays;

/** Times, of which percentiles are asked once all are there. */
public final class Spread {
    private long[] nanos = new long[1024];
    private int size;
    private boolean sorted;
    private double sum;

    /** Adds one time. */
    public void add(long value) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = value;
        sum += value;
        sorted = false;
    }

    /** How many there are. */
    public int count() {
        return size;
    }

    /** Their mean in milliseconds; 0 when there are none. */
    public double meanMillis() {
        return size == 0 ? 0 : sum / size / 1e6;
    }

    /** The smallest time in milliseconds that so many percent do not exceed; 0 when there are none. */
    public double percentileMillis(double percent) {
        if (size == 0) {
            return 0;
        }
        if (!sorted) {
            Arrays.sort(nanos, 0, size);
            sorted = true;
        }
        int index = (int) Math.ceil(percent / 100 * size) - 1;
        return nanos[Math.max(0, index)] / 1e6;
    }
}
