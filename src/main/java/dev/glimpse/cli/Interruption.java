package dev.glimpse.cli;

import java.io.PrintWriter;

/**
 * The wish that a long command ends early, by a signal: it is told, and the process goes on until the command has put
 * away what it has, however long that takes, or has failed to and said so.
 *
 * <p>A line acknowledges the signal, as what comes next may take a while; a second one ends the process at once.
 */
final class Interruption {
    private final PrintWriter err;
    private final StopSignals signals;

    private Interruption(PrintWriter err, StopSignals signals) {
        this.err = err;
        this.signals = signals;
    }

    /**
     * Takes the signals from the JVM, whose own way to end keeps nobody's errors.
     *
     * @param err receives the line
     */
    static Interruption listen(PrintWriter err) {
        return new Interruption(err, StopSignals.listen());
    }

    /**
     * Hands the wish on.
     *
     * @param when the command ends, and with what, in words
     * @param action run on another thread when the wish comes, or now if it has come before
     * @return this
     */
    Interruption onStop(String when, Runnable action) {
        signals.wish().thenAccept(signal -> {
            LiveLine.interrupt(err, signal + ": stopping " + when + "; once more ends it at once");
            action.run();
        });
        return this;
    }

    /** The exit status of a command that has come to its end: that of the signal, or 0 where none has come. */
    int status() {
        return signals.status();
    }
}
