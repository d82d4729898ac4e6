package dev.glimpse.loadtest;

import java.util.OptionalInt;

/**
 * The early-stopping rule of MLPerf Inference: whether so few late answers among so many queries show, with a given
 * confidence, that a share of all answers is in time.
 *
 * <p>With n queries of which t are late, the claim "a share p is in time" holds with confidence c if a server for which
 * it only just fails would do as well with probability at most 1 - c, that is if I_p(n - t, t + 1) &lt;= 1 - c. The
 * regularised incomplete beta function is here the binomial sum P(X &lt;= t) for X ~ B(n, 1 - p).
 */
public final class EarlyStopping {
    private final double share;
    private final double confidence;

    /**
     * A claim and how sure one wants to be of it.
     *
     * @param share of the answers that is claimed to be in time; within (0, 1)
     * @param confidence within (0, 1)
     */
    public EarlyStopping(double share, double confidence) {
        Arrival.require(share > 0 && share < 1, "share", share, "within (0, 1)");
        Arrival.require(confidence > 0 && confidence < 1, "confidence", confidence, "within (0, 1)");
        this.share = share;
        this.confidence = confidence;
    }

    /** Whether so many late ones among so many queries show the claim. */
    public boolean shows(int queries, int late) {
        OptionalInt allowed = allowedLate(queries);
        return allowed.isPresent() && late <= allowed.getAsInt();
    }

    /** Most late ones among so many queries that still show the claim; empty if not even none would. */
    public OptionalInt allowedLate(int queries) {
        double limit = Math.log1p(-confidence);
        double odds = Math.log1p(-share) - Math.log(share);
        double term = queries * Math.log(share);
        double sum = term;
        int late = -1;
        while (sum <= limit && late < queries - 1) {
            late++;
            // C(n, t + 1) (1 - p)^(t + 1) p^(n - t - 1) from the one before, as logarithms: p^n is 0 in a double soon.
            term += Math.log((queries - late) / (late + 1.0)) + odds;
            sum = addLogs(sum, term);
        }
        return late < 0 ? OptionalInt.empty() : OptionalInt.of(late);
    }

    /** Fewest queries that show the claim with so many late ones. */
    public int queriesFor(int late) {
        int low = late + 1;
        int high = low;
        while (!shows(high, late)) {
            low = high + 1;
            high = Math.multiplyExact(high, 2);
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (shows(middle, late)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high;
    }

    private static double addLogs(double a, double b) {
        double larger = Math.max(a, b);
        return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
    }
}
