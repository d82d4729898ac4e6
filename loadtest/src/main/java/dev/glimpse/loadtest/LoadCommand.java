package dev.glimpse.loadtest;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The command that loads servers over gRPC and says how they did. */
@Command(
        name = "loadtest/run",
        mixinStandardHelpOptions = true,
        description = {
            "Sends the requests of a scenario over gRPC when they are due, whether or not earlier ones were answered,"
                    + " and tells how long the answers took from then on.",
            "Several scenarios and targets take turns, round by round; a scenario's arrivals are the same every time."
        })
public final class LoadCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "SCENARIO", arity = "1..*", description = "One or more of ${COMPLETION-CANDIDATES}.")
    private List<Scenario> scenarios = new ArrayList<>();

    @Mixin
    private ServerOptions addresses = new ServerOptions();

    @Mixin
    private LoadOptions options = new LoadOptions();

    @Mixin
    private ReportOptions telling = new ReportOptions();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Runs on each target; default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--pid",
            paramLabel = "PID",
            description =
                    "The server's process on this machine: tells its memory before and after each run and its processor"
                            + " time, and what W8 ends.")
    private @Nullable Long pid;

    @Mixin
    private WriteOption write = new WriteOption();

    private final LongSupplier random;
    private volatile boolean stopped;

    LoadCommand() {
        this(new SecureRandom()::nextLong);
    }

    /**
     * @param random draws what the pictures of a command follow from, so that no server has kept them from another one
     */
    LoadCommand(LongSupplier random) {
        this.random = random;
    }

    /** Runs the command: exit status 0 done, 1 failed, 2 wrong input. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine command = commandLine()
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, unused) -> {
                    err.println("loadtest/run: " + e.getMessage());
                    return ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((e, unused, result) -> {
                    if (e instanceof IllegalArgumentException || e instanceof UnusableServerException) {
                        err.println("loadtest/run: " + e.getMessage());
                        return e instanceof IllegalArgumentException ? ExitCode.USAGE : ExitCode.SOFTWARE;
                    }
                    throw e;
                });
        System.exit(command.execute(args));
    }

    /** The command, whose help tells what the scenarios are. */
    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new LoadCommand());
        String[] scenarios = Stream.of(Scenario.values())
                // Help is a format.
                .map(scenario -> scenario + ": " + scenario.about().replace("%", "%%"))
                .toArray(String[]::new);
        command.getCommandSpec().usageMessage().footerHeading("%nScenarios:%n").footer(scenarios);
        return command;
    }

    @Override
    public Integer call() throws Exception {
        List<Target> servers = addresses.targets();
        check(servers.size());
        Optional<ServerProcess> process = Optional.ofNullable(pid).map(ServerProcess::of);
        List<AdminPort> admins = addresses.admins();
        for (AdminPort admin : admins) {
            var unused = admin.evaluations();
        }
        CountDownLatch told = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(told), "stop"));
        try {
            List<Turn.Taken> taken = run(servers, process, admins);
            boolean shown =
                    taken.stream().allMatch(turn -> turn.result().failures().isEmpty());
            return shown && !stopped ? ExitCode.OK : ExitCode.SOFTWARE;
        } finally {
            told.countDown();
        }
    }

    private void check(int servers) throws IOException {
        ParseResult given = spec.commandLine().getParseResult();
        write.check(scenarios, given);
        options.check(scenarios, given);
        telling.check(given);
        Arrival.require(rounds >= 1, "--rounds", rounds, "at least 1");
        Arrival.require(pid == null || servers == 1, "--pid", pid, "one --target, of which it is the process");
        if (scenarios.contains(Scenario.W8) && !write.isSet()) {
            Arrival.require(pid != null, "--pid", "none", "the server's process, which W8 ends");
            long ends = scenarios.stream().filter(Scenario.W8::equals).count() * rounds;
            Arrival.require(ends == 1, "W8", ends + " runs", "one, as it ends the server's process");
        }
    }

    /** Lets a run that is interrupted tell what it has seen so far. */
    private void stop(CountDownLatch told) {
        stopped = true;
        try {
            if (!told.await(5, TimeUnit.SECONDS)) {
                spec.commandLine().getErr().println("loadtest/run: interrupted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Runs what is asked for, and tells of it. */
    private List<Turn.Taken> run(List<Target> servers, Optional<ServerProcess> process, List<AdminPort> admins)
            throws Exception {
        if (!write.isSet()) {
            scenarios.stream()
                    .distinct()
                    .map(options::missingKeys)
                    .flatMap(Optional::stream)
                    .forEach(this::warn);
        }
        long pictures = random.getAsLong();
        Measured server = Measured.of(servers, options, pictures);
        List<Trial.Plan> plans = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            plans.add(options.plan(
                    scenario, pictures, server.capacity(), server.unloaded().get(1) / 1000.0));
        }
        if (write.isSet()) {
            write.write(plans.get(0).arrivals());
            return List.of();
        }
        Slo slo = telling.slo(server.unloaded());
        JsonReport.Setup setup =
                new JsonReport.Setup(slo, servers.get(0).name(), server.capacity(), telling.raw(), asked());
        PrintWriter out = spec.commandLine().getOut();
        Optional<Report> report = telling.json() ? Optional.empty() : Optional.of(new Report(out, setup.raw()));
        report.ifPresent(text -> text.server(setup));
        report.ifPresent(text -> plans.forEach(text::scenario));
        List<Turn.Taken> taken = new ArrayList<>();
        for (Turn turn : Turn.all(rounds, plans, servers)) {
            if (!stopped) {
                Optional<AdminPort> admin =
                        admins.isEmpty() ? Optional.empty() : Optional.of(admins.get(servers.indexOf(turn.server())));
                result(turn, slo, new Trial.Insight(process, admin), report).ifPresent(taken::add);
            }
        }
        if (telling.json()) {
            out.println(JsonReport.of(setup, taken));
        }
        report.ifPresent(
                text -> text.medians(taken.stream().map(Turn.Taken::result).toList()));
        return taken;
    }

    /** What a replay needs to know, beside the arrivals. */
    private JsonObject asked() {
        JsonObject setup = new JsonObject();
        options.tell(setup, scenarios);
        telling.tell(setup);
        setup.addProperty("rounds", rounds);
        return setup;
    }

    /** Takes a turn and tells what came of it; empty if that is nothing. */
    private Optional<Turn.Taken> result(Turn turn, Slo slo, Trial.Insight insight, Optional<Report> report)
            throws InterruptedException {
        OpenLoop.Watch watch = new ProgressLine(spec.commandLine().getErr(), turn, () -> !stopped);
        Optional<Turn.Taken> told = new Trial(turn.plan(), slo, watch)
                .run(turn.server(), insight)
                .map(result -> new Turn.Taken(turn.round(), result));
        told.ifPresentOrElse(
                taken -> {
                    Trial.Result result = taken.result();
                    Stream.of(result.problems(), result.failures())
                            .flatMap(List::stream)
                            .forEach(problem -> warn(result.label() + ": " + problem));
                    report.ifPresent(text -> text.result(taken));
                },
                () -> warn(turn.plan().scenario() + " on " + turn.server().name()
                        + ": cut before its warm-up was over, so that there is nothing to tell"));
        return told;
    }

    /** Says, beside the report, why it may not tell what was asked for. */
    private void warn(String problem) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("loadtest/run: " + problem);
        err.flush();
    }
}
