package dev.glimpse.scheduler;

/**
 * The cost model T(B) = a + b B of a forward of B rows, fitted by least squares to the latest forwards.
 *
 * <p>A machine may stand still during a forward, but never does one faster than it can. So a single forward that took
 * far longer than the others is an accident, and one that took far less shows that the others tell nothing any more.
 */
final class ForwardCost {
    /** How many times as long as foretold is far longer. */
    private static final double FAR = 4;

    private final double[] rows;
    private final double[] nanos;
    private int size;
    private int next;
    private double a;
    private double b;
    private double meanRows;
    private double knownRows;
    private boolean sloped;
    private boolean slowBefore;

    ForwardCost(int window) {
        rows = new double[window];
        nanos = new double[window];
    }

    /** Learns from a forward; false if it is an accident, of which the next one as slow makes the rule. */
    boolean observe(int forwardRows, long durationNanos) {
        // Any size takes no longer than in proportion to the sizes known, however flat the line through those is.
        double most = a * Math.max(1, forwardRows / meanRows) + b * Math.max(forwardRows, knownRows);
        boolean slow = known() && durationNanos > FAR * most;
        boolean accident = slow && !slowBefore;
        slowBefore = slow;
        if (!accident) {
            learn(forwardRows, durationNanos);
        }
        return !accident;
    }

    /** Learns from a forward that is known to be no accident. */
    void learn(int forwardRows, long durationNanos) {
        if (known() && durationNanos < leastNanos(forwardRows) / FAR) {
            size = 0;
            next = 0;
        }
        rows[next] = forwardRows;
        nanos[next] = Math.max(1, durationNanos);
        next = (next + 1) % rows.length;
        size = Math.min(size + 1, rows.length);
        fit();
    }

    /** Whether there is anything to predict from. */
    boolean known() {
        return size > 0;
    }

    /** Whether forwards of different sizes have told what a row costs. */
    boolean hasSlope() {
        return known() && knownRows == 0;
    }

    /** Nanoseconds that a forward costs whatever its size. */
    double a() {
        return a;
    }

    /** Nanoseconds that each row costs. */
    double b() {
        return b;
    }

    /** T(B) in nanoseconds; only when {@link #known}. */
    double nanos(int forwardRows) {
        return a + b * Math.max(forwardRows, knownRows);
    }

    /** A bound that T(B) is not below, even if only larger forwards have been seen; only when {@link #known}. */
    double leastNanos(int forwardRows) {
        return a + b * forwardRows;
    }

    /** The fastest forward's time as a share of T(B); only when {@link #known}. */
    double best() {
        double best = 1;
        for (int i = 0; i < size; i++) {
            best = Math.min(best, nanos[i] / nanos((int) rows[i]));
        }
        return best;
    }

    /** How long the forwards that it is fitted to took together. */
    double totalNanos() {
        return size * mean(nanos);
    }

    private void fit() {
        meanRows = mean(rows);
        double meanNanos = mean(nanos);
        double covariance = 0;
        double variance = 0;
        for (int i = 0; i < size; i++) {
            covariance += (rows[i] - meanRows) * (nanos[i] - meanNanos);
            variance += (rows[i] - meanRows) * (rows[i] - meanRows);
        }
        if (variance == 0 && sloped) {
            // One size alone tells no slope, but how fast the machine is now: what was known before grows with it.
            double pace = meanNanos / (a + b * meanRows);
            a *= pace;
            b *= pace;
            return;
        }
        sloped = variance > 0;
        // Nor is anything known before: then smaller forwards count like this size, and larger ones in proportion.
        knownRows = variance > 0 ? 0 : meanRows;
        b = variance > 0 ? Math.max(0, covariance / variance) : meanNanos / meanRows;
        a = variance > 0 ? meanNanos - b * meanRows : 0;
        if (a < 0) {
            a = 0;
            b = meanNanos / meanRows;
        }
    }

    private double mean(double[] values) {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += values[i];
        }
        return sum / size;
    }
}
