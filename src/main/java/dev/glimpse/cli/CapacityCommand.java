package dev.glimpse.cli;

import dev.glimpse.simulation.Capacity;
import dev.glimpse.simulation.Outcome;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
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
    private final Supplier<IntSupplier> stopping;

    @Spec
    private CommandSpec spec;

    @Mixin
    private CapacityOptions options = new CapacityOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    CapacityCommand(Map<String, String> environment) {
        this(environment, () -> StopSignals.listen()::status);
    }

    /**
     * @param stopping asked once it runs, tells from then on the status to end with early, and 0 while it should not
     */
    CapacityCommand(Map<String, String> environment, Supplier<IntSupplier> stopping) {
        this.environment = environment;
        this.stopping = stopping;
    }

    @Override
    public Integer call() throws InterruptedException {
        Capacity.Demand demand = options.demand();
        Capacity.Replica replica = options.replica(environment);
        Capacity capacity = new Capacity(replica, demand);
        IntSupplier stopped = stopping.get();
        progress("looking for the most that one server carries");
        OptionalDouble most = capacity.most(() -> stopped.getAsInt() == 0);
        if (stopped.getAsInt() != 0) {
            progress("");
            spec.commandLine().getErr().println("stopped: nothing is found yet");
            return stopped.getAsInt();
        }
        if (most.isEmpty()) {
            throw new WrongInputException(
                    "--first, --last",
                    options.firstMillis() + " ms, " + options.lastMillis() + " ms",
                    "times that " + 100 * options.share() + " % of requests keep on an idle server, whose smallest"
                            + " forward takes " + Math.round(replica.times().nanos(1) / 1e6) + " ms");
        }
        List<CapacityReport.Line> lines = new ArrayList<>();
        for (double rate : options.rates()) {
            if (stopped.getAsInt() == 0) {
                progress(rate + " requests/s");
                long replicas = (long) Math.ceil(rate / most.getAsDouble());
                Outcome outcome = capacity.at(rate / replicas, () -> stopped.getAsInt() == 0);
                lines.add(new CapacityReport.Line(rate, replicas, outcome, stopped.getAsInt() != 0));
            }
        }
        progress("");
        int status = stopped.getAsInt();
        CapacityReport report = new CapacityReport(replica, demand, options, most.getAsDouble());
        if (json.isSet()) {
            JsonOption.print(report.json(lines, status != 0), spec.commandLine().getOut());
        } else {
            report.print(lines, spec.commandLine().getOut());
        }
        return status;
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
