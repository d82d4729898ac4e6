package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.simulation.Capacity;
import dev.glimpse.simulation.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code glimpse capacity}: how many servers a mix of traffic takes within an objective. */
@Command(
        name = "capacity",
        description = "Tells how many servers a mix of traffic takes, so that enough requests get their first and their"
                + " last picture in time, from the cost of a forward and the server's scheduler in virtual time.")
final class CapacityCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CapacityOptions options = new CapacityOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    CapacityCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * A line of the table.
     *
     * @param rate requests a second of the whole fleet
     * @param outcome of each replica at its part of the rate
     */
    private record Line(double rate, int replicas, Outcome outcome) {}

    @Override
    public Integer call() throws InterruptedException {
        Capacity.Demand demand = options.demand();
        Capacity.Replica replica = options.replica(environment);
        Capacity capacity = new Capacity(replica, demand);
        StopSignals signals = StopSignals.listen();
        progress("looking for the most that one server carries");
        OptionalDouble most = capacity.most(() -> !signals.received());
        if (signals.received()) {
            return ExitCode.SOFTWARE;
        }
        if (most.isEmpty()) {
            throw new WrongInputException(
                    "--first, --last",
                    options.firstMillis() + " ms, " + options.lastMillis() + " ms",
                    "times that " + 100 * options.share() + " % of requests keep on an idle server, whose smallest"
                            + " forward takes " + Math.round(replica.times().nanos(1) / 1e6) + " ms");
        }
        List<Line> lines = new ArrayList<>();
        for (double rate : options.rates()) {
            if (!signals.received()) {
                progress(rate + " requests/s");
                int replicas = (int) Math.ceil(rate / most.getAsDouble());
                lines.add(new Line(rate, replicas, capacity.at(rate / replicas)));
            }
        }
        progress("");
        if (json.isSet()) {
            JsonOption.print(
                    json(replica, demand, most.getAsDouble(), lines),
                    spec.commandLine().getOut());
        } else {
            print(replica, demand, most.getAsDouble(), lines);
        }
        return ExitCode.OK;
    }

    private void print(Capacity.Replica replica, Capacity.Demand demand, double most, List<Line> lines) {
        PrintWriter out = spec.commandLine().getOut();
        double busy = most * demand.mix().meanNfe() / replica.nfePerSecond();
        out.printf(
                Locale.ROOT,
                "a server: %d device(s), forwards of %d..%d rows take %.3f ms and %.3f ms a row, %.0f evaluations/s%n",
                replica.settings().devices(),
                replica.settings().minRows(),
                replica.settings().maxRows(),
                replica.times().aNanos() / 1e6,
                replica.times().bNanos() / 1e6,
                replica.nfePerSecond());
        out.printf(
                Locale.ROOT,
                "%.4g %% of requests, of %.1f evaluations on average, are to see a picture within %d ms and the last within"
                        + " %d ms:%none server carries %.1f of them a second, with which it is %.0f %% full%n%n",
                100 * options.share(),
                demand.mix().meanNfe(),
                options.firstMillis(),
                options.lastMillis(),
                most,
                100 * busy);
        out.printf(
                Locale.ROOT,
                "%10s %9s %14s  %7s %7s  %12s %12s%n",
                "requests/s",
                "servers",
                "and one spare",
                "full %",
                "good %",
                "first p99 ms",
                "last p99 ms");
        for (Line line : lines) {
            out.printf(
                    Locale.ROOT,
                    "%10.1f %9d %14d  %7.0f %7.2f  %12.1f %12.1f%n",
                    line.rate(),
                    line.replicas(),
                    line.replicas() + 1,
                    100 * load(line, demand, replica),
                    100.0 * line.outcome().good() / line.outcome().offered(),
                    line.outcome().first().percentileMillis(99),
                    line.outcome().last().percentileMillis(99));
        }
        out.flush();
    }

    private static double load(Line line, Capacity.Demand demand, Capacity.Replica replica) {
        return line.rate() / line.replicas() * demand.mix().meanNfe() / replica.nfePerSecond();
    }

    private static JsonObject json(Capacity.Replica replica, Capacity.Demand demand, double most, List<Line> lines) {
        JsonObject top = new JsonObject();
        top.addProperty("devices", replica.settings().devices());
        top.addProperty("a_ms", replica.times().aNanos() / 1e6);
        top.addProperty("b_ms", replica.times().bNanos() / 1e6);
        top.addProperty("nfe_per_second", replica.nfePerSecond());
        top.addProperty("nfe_per_request", demand.mix().meanNfe());
        top.addProperty("share", demand.share());
        top.addProperty("most_per_second", most);
        JsonArray table = new JsonArray();
        for (Line line : lines) {
            JsonObject row = new JsonObject();
            row.addProperty("requests_per_second", line.rate());
            row.addProperty("servers", line.replicas());
            row.addProperty("load", load(line, demand, replica));
            row.addProperty(
                    "good", (double) line.outcome().good() / line.outcome().offered());
            row.addProperty("first_p99_ms", line.outcome().first().percentileMillis(99));
            row.addProperty("last_p99_ms", line.outcome().last().percentileMillis(99));
            table.add(row);
        }
        top.add("table", table);
        return top;
    }

    /** One line that rewrites itself, for a person only: a pipe gets no such thing. */
    private void progress(String what) {
        if (Boolean.getBoolean("glimpse.terminal")) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf("\r%-60s\r", what);
            err.flush();
        }
    }
}
