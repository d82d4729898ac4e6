package dev.glimpse.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line that rewrites itself while a command works, for a person only: a pipe gets no such thing. */
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final double NANOS = 1e9;

    private final PrintWriter err;
    private final String unit;
    private final int all;
    private final LongSupplier clock;
    private final long start;
    private final boolean shown;

    /**
     * @param unit what is counted, in the plural
     * @param all how many of them there are
     * @param clock nanoseconds
     * @param shown whether a person looks at {@code err}
     */
    ProgressBar(PrintWriter err, String unit, int all, LongSupplier clock, boolean shown) {
        this.err = err;
        this.unit = unit;
        this.all = all;
        this.clock = clock;
        this.start = clock.getAsLong();
        this.shown = shown;
    }

    /** A bar that is shown where the launcher found a terminal. */
    static ProgressBar of(PrintWriter err, String unit, int all) {
        return new ProgressBar(err, unit, all, System::nanoTime, Boolean.getBoolean("glimpse.terminal"));
    }

    /** Shows how far the work is. */
    void show(double done) {
        if (!shown) {
            return;
        }
        int filled = (int) Math.round(WIDTH * Math.min(1, done / all));
        double seconds = (clock.getAsLong() - start) / NANOS;
        long left = done > 0 ? Math.round(seconds * (all - done) / done) : 0;
        err.printf(
                Locale.ROOT,
                "\r[%s%s] %.1f of %d %s, %d:%02d:%02d left ",
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                done,
                all,
                unit,
                left / 3600,
                left / 60 % 60,
                left % 60);
        err.flush();
    }

    /** Makes room for what is printed next. */
    void end() {
        if (shown) {
            err.printf("\r%s\r", " ".repeat(2 * WIDTH + unit.length() + 30));
            err.flush();
        }
    }
}
