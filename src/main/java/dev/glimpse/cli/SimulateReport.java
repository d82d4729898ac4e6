package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.simulation.Outcome;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;

/** Outcomes of simulated runs as a table or as JSON. */
final class SimulateReport {
    private SimulateReport() {}

    static void heading(PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-22s %9s %7s %7s  %8s %8s %8s  %9s %9s  %8s %6s %6s %6s %6s%n",
                "policy",
                "goodput/s",
                "good %",
                "refused",
                "ttfp p50",
                "p95",
                "p99 ms",
                "done p50",
                "p99 ms",
                "step ms",
                "waste%",
                "lost %",
                "eta",
                "jain");
        out.flush();
    }

    static void line(String policy, Outcome o, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-22s %9.1f %7.1f %7d  %8.1f %8.1f %8.1f  %9.1f %9.1f  %8.1f %6.2f %6.2f %6.3f %6.3f%n",
                policy,
                o.goodput(),
                percent(o.good(), o.offered()),
                o.refused(),
                o.first().percentileMillis(50),
                o.first().percentileMillis(95),
                o.first().percentileMillis(99),
                o.last().percentileMillis(50),
                o.last().percentileMillis(99),
                o.step().meanMillis(),
                percent(o.wastedNfe(), o.nfe()),
                percent(o.unfinishedNfe(), o.nfe()),
                o.eta(),
                o.jain());
        out.flush();
    }

    /** One round of a comparison with a real worker. */
    static void round(int number, SimulationCheck.Round round, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "round %d: %d requests, forwards took %.2f ms and %.2f ms a row, %.2f ms between them%n",
                number,
                round.requests(),
                round.times().aNanos() / 1e6,
                round.times().bNanos() / 1e6,
                round.times().overheadNanos() / 1e6);
        for (SimulationCheck.Pair pair : round.pairs()) {
            out.printf(
                    Locale.ROOT,
                    "  %-16s real %9.1f  predicted %9.1f  %8s%n",
                    pair.name(),
                    pair.real(),
                    pair.predicted(),
                    percent(pair.percent()));
        }
        out.flush();
    }

    private static String percent(OptionalDouble percent) {
        return percent.isPresent() ? String.format(Locale.ROOT, "%+.1f %%", percent.getAsDouble()) : "-";
    }

    private static double percent(long part, long whole) {
        return whole == 0 ? 0 : 100.0 * part / whole;
    }

    /** @param partial whether the simulation was interrupted */
    static JsonObject json(String policy, Outcome o, boolean partial) {
        JsonObject json = new JsonObject();
        json.addProperty("policy", policy);
        json.addProperty("partial", partial);
        json.addProperty("seconds", o.seconds());
        json.addProperty("offered", o.offered());
        json.addProperty("finished", o.finished());
        json.addProperty("good", o.good());
        json.addProperty("goodput_per_second", o.goodput());
        json.addProperty("refused", o.refused());
        json.addProperty("late", o.late());
        json.addProperty("shed", o.shed());
        json.addProperty("left", o.left());
        json.addProperty("shortened", o.shortened());
        for (double percentile : new double[] {50, 95, 99}) {
            String name = String.format(Locale.ROOT, "p%.0f_ms", percentile);
            json.addProperty("first_" + name, o.first().percentileMillis(percentile));
            json.addProperty("last_" + name, o.last().percentileMillis(percentile));
        }
        json.addProperty("first_mean_ms", o.first().meanMillis());
        json.addProperty("last_mean_ms", o.last().meanMillis());
        json.addProperty("step_mean_ms", o.step().meanMillis());
        json.addProperty("forwards", o.forwards());
        json.addProperty("nfe", o.nfe());
        json.addProperty("wasted_nfe", o.wastedNfe());
        json.addProperty("unfinished_nfe", o.unfinishedNfe());
        json.addProperty("busy", o.busy());
        json.addProperty("eta", o.eta());
        json.addProperty("jain", o.jain());
        return json;
    }
}
