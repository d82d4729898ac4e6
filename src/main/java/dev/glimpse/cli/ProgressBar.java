package dev.glimpse.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How far a command is and how long the rest takes, on a line that rewrites itself. */
final class ProgressBar {
    private static final int WIDTH = 30;
    private static final double NANOS = 1e9;

    private final LiveLine line;
    private final String unit;
    private final int all;
    private final LongSupplier clock;
    private final long start;

    /**
     * @param unit what is counted, in the plural
     * @param all how many of them there are
     * @param clock nanoseconds
     */
    ProgressBar(LiveLine line, String unit, int all, LongSupplier clock) {
        this.line = line;
        this.unit = unit;
        this.all = all;
        this.clock = clock;
        this.start = clock.getAsLong();
    }

    /** A bar that is shown where the launcher found a terminal. */
    static ProgressBar of(PrintWriter err, String unit, int all) {
        return new ProgressBar(LiveLine.of(err), unit, all, System::nanoTime);
    }

    /** Shows how far the work is. */
    void show(double done) {
        int filled = (int) Math.round(WIDTH * Math.min(1, done / all));
        double seconds = (clock.getAsLong() - start) / NANOS;
        long left = done > 0 ? Math.round(seconds * (all - done) / done) : 0;
        line.show(String.format(
                Locale.ROOT,
                "[%s%s] %.1f of %d %s, %d:%02d:%02d left",
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                done,
                all,
                unit,
                left / 3600,
                left / 60 % 60,
                left % 60));
    }

    /** Makes room for what is printed next. */
    void end() {
        line.clear();
    }
}
