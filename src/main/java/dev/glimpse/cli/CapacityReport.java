package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.simulation.Capacity;
import dev.glimpse.simulation.Outcome;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * How many servers each rate takes, as a table or as JSON.
 *
 * @param most requests a second that one server carries
 */
record CapacityReport(Capacity.Replica replica, Capacity.Demand demand, CapacityOptions options, double most) {
    /**
     * A line of the table.
     *
     * @param rate requests a second of the whole fleet
     * @param outcome of each replica at its part of the rate
     * @param partial whether its simulation was interrupted
     */
    record Line(double rate, long replicas, Outcome outcome, boolean partial) {}

    void print(List<Line> lines, PrintWriter out) {
        heading(out);
        out.printf(
                Locale.ROOT,
                "%10s %9s %14s  %7s %7s  %12s %12s%n",
                "requests/s",
                "servers",
                "with a spare",
                "full %",
                "good %",
                "first p99 ms",
                "last p99 ms");
        for (Line line : lines) {
            out.printf(
                    Locale.ROOT,
                    "%10.1f %9d %14d  %7.0f %7.2f  %12.1f %12.1f%s%n",
                    line.rate(),
                    line.replicas(),
                    line.replicas() + 1,
                    100 * load(line.rate() / line.replicas()),
                    100 * good(line),
                    line.outcome().first().percentileMillis(99),
                    line.outcome().last().percentileMillis(99),
                    line.partial() ? "  interrupted" : "");
        }
        out.flush();
    }

    private void heading(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "a server: %s, forwards of %d..%d rows take %.3f ms and %.3f ms a row, %.0f evaluations/s%n",
                Counted.of(replica.settings().devices(), "device"),
                replica.settings().minRows(),
                replica.settings().maxRows(),
                replica.times().aNanos() / 1e6,
                replica.times().bNanos() / 1e6,
                replica.nfePerSecond());
        out.printf(
                Locale.ROOT,
                "%.4g %% of requests, of %.1f evaluations on average, are to see a picture within %d ms and the last within"
                        + " %d ms:%none server carries %.1f of them a second, with which it is %.0f %% full%n%n",
                100 * demand.share(),
                demand.mix().meanNfe(),
                options.firstMillis(),
                options.lastMillis(),
                most,
                100 * load(most));
    }

    /** Evaluations asked of one server at a rate, as a share of what it does in full forwards. */
    private double load(double perSecond) {
        return perSecond * demand.mix().meanNfe() / replica.nfePerSecond();
    }

    private static double good(Line line) {
        return (double) line.outcome().good() / line.outcome().offered();
    }

    JsonObject json(List<Line> lines, boolean interrupted) {
        JsonObject top = new JsonObject();
        top.addProperty("devices", replica.settings().devices());
        top.addProperty("a_ms", replica.times().aNanos() / 1e6);
        top.addProperty("b_ms", replica.times().bNanos() / 1e6);
        top.addProperty("nfe_per_second", replica.nfePerSecond());
        top.addProperty("nfe_per_request", demand.mix().meanNfe());
        top.addProperty("share", demand.share());
        top.addProperty("most_per_second", most);
        top.addProperty("interrupted", interrupted);
        JsonArray table = new JsonArray();
        for (Line line : lines) {
            JsonObject row = new JsonObject();
            row.addProperty("requests_per_second", line.rate());
            row.addProperty("servers", line.replicas());
            row.addProperty("load", load(line.rate() / line.replicas()));
            row.addProperty("good", good(line));
            row.addProperty("first_p99_ms", line.outcome().first().percentileMillis(99));
            row.addProperty("last_p99_ms", line.outcome().last().percentileMillis(99));
            row.addProperty("partial", line.partial());
            table.add(row);
        }
        top.add("table", table);
        return top;
    }
}
