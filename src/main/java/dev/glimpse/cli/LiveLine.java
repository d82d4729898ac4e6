package dev.glimpse.cli;

import java.io.PrintWriter;

/**
 * A line that rewrites itself while a command works, for a person only: a pipe gets no such thing.
 *
 * <p>The terminal cuts it off at its own width, which nobody has to know and a person may change at any time.
 */
final class LiveLine {
    private static final String NO_WRAPPING = "\033[?7l";
    private static final String WRAPPING = "\033[?7h";
    private static final String CLEAR_REST_OF_LINE = "\033[K";

    private final PrintWriter err;
    private final boolean shown;
    private boolean drawn;

    /** @param shown whether a person looks at {@code err} */
    LiveLine(PrintWriter err, boolean shown) {
        this.err = err;
        this.shown = shown;
    }

    /** A line that is shown where the launcher found a terminal. */
    static LiveLine of(PrintWriter err) {
        return new LiveLine(err, Boolean.getBoolean("glimpse.terminal"));
    }

    boolean isShown() {
        return shown;
    }

    /** Puts a text in place of what the line says; its beginning matters most. */
    void show(String text) {
        if (shown) {
            // All at once, so that no end of the process leaves a terminal that wraps no lines.
            err.print("\r" + NO_WRAPPING + text + CLEAR_REST_OF_LINE + WRAPPING);
            err.flush();
            drawn = true;
        }
    }

    /** Takes the line away, to make room for what is printed next. */
    void clear() {
        if (drawn) {
            err.print("\r" + CLEAR_REST_OF_LINE);
            err.flush();
            drawn = false;
        }
    }

    /** Prints a text in place of whatever live line there may be, which goes on below it. Any thread. */
    static void interrupt(PrintWriter err, String text) {
        String place = Boolean.getBoolean("glimpse.terminal") ? "\r" + CLEAR_REST_OF_LINE : "";
        // All at once, as a line may be shown meanwhile.
        err.print(place + text + System.lineSeparator());
        err.flush();
    }

    /** Leaves the line as it is, and lets what is printed next begin on another. */
    void end() {
        if (drawn) {
            err.println();
            err.flush();
            drawn = false;
        }
    }
}
