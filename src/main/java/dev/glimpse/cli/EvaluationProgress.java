package dev.glimpse.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** A bar that rewrites its line, for a person only: a pipe gets lines now and then. */
final class EvaluationProgress {
    private static final int WIDTH = 30;
    private static final int LINES = 10;

    private final PrintWriter err;
    private final boolean terminal = Boolean.getBoolean("glimpse.terminal");
    private String title = "";
    private long startNanos;
    private int first;
    private int printed;

    EvaluationProgress(PrintWriter err) {
        this.err = err;
    }

    /** @param done what an earlier run did of it already */
    void begin(String newTitle, int done) {
        title = newTitle;
        first = done;
        printed = -1;
        startNanos = System.nanoTime();
    }

    void advanced(int done, int all) {
        int tenth = (int) ((long) done * LINES / all);
        if (!terminal && tenth == printed) {
            return;
        }
        printed = tenth;
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long eta = done == first ? 0 : Math.round(seconds / (done - first) * (all - done));
        int filled = (int) ((long) done * WIDTH / all);
        String bar = "#".repeat(filled) + ".".repeat(WIDTH - filled);
        err.printf(
                Locale.ROOT,
                "%s%s [%s] %d/%d  ETA %d:%02d:%02d%s",
                terminal ? "\r" : "",
                title,
                bar,
                done,
                all,
                eta / 3600,
                eta / 60 % 60,
                eta % 60,
                !terminal || done == all ? "\n" : "");
        err.flush();
    }

    void line(String text) {
        err.println((terminal ? "\r" : "") + text);
        err.flush();
    }
}
