package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.config.Settings;
import dev.glimpse.generation.GenerationSettings;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.simulation.Arrival;
import dev.glimpse.simulation.ArrivalFile;
import dev.glimpse.simulation.Capacity;
import dev.glimpse.simulation.ForwardTimes;
import dev.glimpse.simulation.Outcome;
import dev.glimpse.simulation.Simulation;
import dev.glimpse.simulation.Slo;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code glimpse simulate}: the server's scheduler on devices that only take time, policy by policy. */
@Command(
        name = "simulate",
        description =
                "Runs the server's scheduler in virtual time over generated or recorded arrivals, to size a fleet or "
                        + "to compare policies. Interrupt it at any time; what has been simulated is printed.")
final class SimulateCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final Supplier<IntSupplier> stopping;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SimulateOptions options = new SimulateOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "full,fifo,request",
            description = "full: as the settings say; fifo: steps in the order of arrival; request: whole requests; "
                    + "no-NAME: without one key of the section policies; default: ${DEFAULT-VALUE}.")
    private List<String> policies = new ArrayList<>();

    @Option(
            names = "--slo",
            paramLabel = "FACTOR",
            defaultValue = "3",
            description = "An answer is good within this multiple of its unloaded time; default: ${DEFAULT-VALUE}.")
    private double factor;

    @Option(names = "--write", paramLabel = "FILE", description = "Write the arrivals there, and simulate nothing.")
    private @Nullable Path write;

    @Option(
            names = "--check",
            paramLabel = "SECONDS",
            description = "Send the arrivals of so many seconds to a real worker too, three times, and compare.")
    private @Nullable Integer checkSeconds;

    SimulateCommand(Map<String, String> environment) {
        this(environment, () -> StopSignals.listen()::status);
    }

    /**
     * @param stopping asked once it runs, tells from then on the status to end with early, and 0 while it should not
     */
    SimulateCommand(Map<String, String> environment, Supplier<IntSupplier> stopping) {
        this.environment = environment;
        this.stopping = stopping;
    }

    @Override
    public Integer call() throws Exception {
        ParseResult given = spec.commandLine().getParseResult();
        options.validate(given);
        WrongInputException.require(factor > 0 && factor <= 1e6, "--slo", factor, "more than 0, at most 1000000");
        if (checkSeconds != null) {
            UnusedOptions.refuse(given, List.of("--write", "--policy", "--cost"), "absent with --check");
        } else if (write != null) {
            UnusedOptions.refuse(given, List.of("--policy", "--slo", "--json"), "absent with --write");
        }
        Settings all = options.settings(environment);
        if (checkSeconds != null) {
            return check(all, checkSeconds);
        }
        SchedulerSettings settings = options.scheduling(all);
        policies.forEach(name -> PolicyNames.apply(name, settings));
        ForwardTimes times = options.times(settings.minRows());
        if (write != null) {
            OutputPlace.file("--write", write);
            return write(write, settings, times);
        }
        return compare(new Capacity.Replica(settings, times, all.limits().maxDuration()));
    }

    private int compare(Capacity.Replica server) throws IOException {
        Slo slo = new Slo.Relative(factor, server.times().nanos(1));
        PrintWriter out = spec.commandLine().getOut();
        IntSupplier stopped = stopping.get();
        JsonArray results = new JsonArray();
        if (!json.isSet()) {
            heading(server.settings(), server.times(), out);
        }
        for (String name : policies) {
            if (stopped.getAsInt() == 0) {
                Outcome outcome = simulate(name, server, slo, stopped);
                boolean partial = stopped.getAsInt() != 0;
                if (json.isSet()) {
                    results.add(SimulateReport.json(name, outcome, partial));
                } else {
                    SimulateReport.line(partial ? name + " (interrupted)" : name, outcome, out);
                }
            }
        }
        int status = stopped.getAsInt();
        if (json.isSet()) {
            JsonOption.print(result(server, results, status != 0), out);
        }
        return status;
    }

    private JsonObject result(Capacity.Replica server, JsonArray results, boolean interrupted) {
        JsonObject top = new JsonObject();
        top.addProperty("devices", server.settings().devices());
        top.addProperty("a_ms", server.times().aNanos() / 1e6);
        top.addProperty("b_ms", server.times().bNanos() / 1e6);
        top.addProperty("slo", factor);
        top.addProperty("interrupted", interrupted);
        top.add("results", results);
        return top;
    }

    private Outcome simulate(String name, Capacity.Replica server, Slo slo, IntSupplier stopped) throws IOException {
        SchedulerSettings applied = PolicyNames.apply(name, server.settings());
        long expected = options.expected();
        try (SimulateOptions.Source source = options.open(server.settings(), server.times())) {
            Outcome outcome = new Simulation(applied, server.times(), slo, server.longestLife())
                    .run(source.arrivals(), arrived -> {
                        progress(name, arrived, expected);
                        return stopped.getAsInt() == 0;
                    });
            progress(name, outcome.offered(), expected);
            return outcome;
        } finally {
            progress("\n");
        }
    }

    private int write(Path file, SchedulerSettings settings, ForwardTimes times) throws IOException {
        try (SimulateOptions.Source source = options.open(settings, times)) {
            // One that ended half-way would read as one of fewer arrivals.
            WholeFile.write(file, stream -> {
                Writer out = new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8));
                ArrivalFile.write(source.arrivals(), out);
                out.flush();
            });
        }
        return ExitCode.OK;
    }

    private int check(Settings all, int seconds) throws IOException, InterruptedException {
        if (seconds < 1 || options.devices() != 1) {
            throw new WrongInputException(
                    "--check", seconds + " s on " + options.devices() + " devices", "at least 1 s on 1 device");
        }
        IntSupplier stopped = stopping.get();
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        GenerationSettings generation = ServerOptions.generation(all);
        try (SimulationCheck check = new SimulationCheck(
                ModelLoading.read(all.models()).catalog(ServerDevices.cpu(all)),
                generation,
                () -> stopped.getAsInt() != 0)) {
            Optional<ForwardTimes> calibrated = check.calibrate();
            CheckRounds.Source rounds =
                    calibrated.isPresent() ? rounds(check, seconds, generation, calibrated.get()) : Optional::empty;
            return new CheckRounds(json.isSet(), spec.commandLine().getOut()).run(rounds, stopped);
        }
    }

    private CheckRounds.Source rounds(
            SimulationCheck check, int seconds, GenerationSettings generation, ForwardTimes calibrated)
            throws IOException {
        List<Arrival> arrivals = options.firstSeconds(seconds, generation.scheduling(), calibrated);
        RealArrivals.require(arrivals, seconds, generation.limits());
        return () -> check.round(arrivals, factor, calibrated.nanos(1));
    }

    private static void heading(SchedulerSettings settings, ForwardTimes times, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%s, forwards of %d..%d rows take %.3f ms and %.3f ms a row%n",
                Counted.of(settings.devices(), "device"),
                settings.minRows(),
                settings.maxRows(),
                times.aNanos() / 1e6,
                times.bNanos() / 1e6);
        SimulateReport.heading(out);
    }

    private void progress(String name, long arrived, long expected) {
        progress(String.format(Locale.ROOT, "\r%s: %d of %d requests", name, arrived, expected));
    }

    /** One line that rewrites itself, for a person only: a pipe gets no such thing. */
    private void progress(String text) {
        if (Boolean.getBoolean("glimpse.terminal")) {
            PrintWriter err = spec.commandLine().getErr();
            err.print(text);
            err.flush();
        }
    }
}
