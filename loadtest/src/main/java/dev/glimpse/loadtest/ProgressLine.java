package dev.glimpse.loadtest;

import java.io.PrintWriter;
import java.util.function.BooleanSupplier;

/** How far a run is, in one line that rewrites itself, for a person only: a pipe gets no such thing. */
final class ProgressLine implements OpenLoop.Watch {
    private final PrintWriter err;
    private final Turn turn;
    private final BooleanSupplier goesOn;

    ProgressLine(PrintWriter err, Turn turn, BooleanSupplier goesOn) {
        this.err = err;
        this.turn = turn;
        this.goesOn = goesOn;
    }

    @Override
    public boolean goesOn() {
        return goesOn.getAsBoolean();
    }

    @Override
    public void progress(int sent, int waiting) {
        if (Boolean.getBoolean("loadtest.terminal")) {
            err.printf(
                    "\rround %d, %s: %d sent, %d waiting    ",
                    turn.round(), turn.server().name(), sent, waiting);
            err.flush();
        }
    }
}
