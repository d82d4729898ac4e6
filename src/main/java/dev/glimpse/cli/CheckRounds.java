package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.IntSupplier;

/** The rounds of {@code glimpse simulate --check}, told as they end, or as JSON when all have. */
final class CheckRounds {
    private static final int ROUNDS = 3;

    private final boolean json;
    private final PrintWriter out;

    /** @param json whether they are told as JSON */
    CheckRounds(boolean json, PrintWriter out) {
        this.json = json;
        this.out = out;
    }

    /** Runs a round. */
    @FunctionalInterface
    interface Source {
        /** What it showed; empty if it ended early. */
        Optional<SimulationCheck.Round> next() throws InterruptedException;
    }

    /**
     * Runs the rounds and tells of those that came to their end.
     *
     * @param stopped the status to end with early, and 0 while it should not
     * @return that status
     */
    int run(Source source, IntSupplier stopped) throws InterruptedException {
        JsonArray results = new JsonArray();
        int round = 1;
        for (; round <= ROUNDS && stopped.getAsInt() == 0; round++) {
            Optional<SimulationCheck.Round> result = source.next();
            if (result.isEmpty()) {
                break;
            }
            results.add(SimulationCheck.json(result.get()));
            if (!json) {
                SimulateReport.round(round, result.get(), out);
            }
        }
        int status = stopped.getAsInt();
        if (json) {
            JsonObject top = new JsonObject();
            top.addProperty("interrupted", status != 0);
            top.add("results", results);
            JsonOption.print(top, out);
        } else if (round <= ROUNDS) {
            out.println("round " + round + ": interrupted");
            out.flush();
        }
        return status;
    }
}
