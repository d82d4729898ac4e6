package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command on a server that has neither tenants nor WebSockets. */
class LoadCommandTest {
    private static final String FAIRNESS = ": the server cannot tell its tenants apart, so this measures no fairness";

    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(1);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void tenantsWithoutTheirKeysAreNamed() {
        run("W6");
        assertThat(errors.toString())
                .isEqualToIgnoringNewLines("loadtest/run: W6 without --key for interactive and flood" + FAIRNESS);
    }

    @Test
    void theTenantWhoseKeyIsMissingIsNamedAlone() {
        run("W6", "--key", "interactive=secret");
        assertThat(errors.toString()).isEqualToIgnoringNewLines("loadtest/run: W6 without --key for flood" + FAIRNESS);
    }

    @Test
    void tenantsWithKeysAndScenariosWithoutTenantsNeedNoWarning() {
        run("W6", "--key", "interactive=secret", "--key", "flood=other");
        run("W2");
        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void fewerIdleSocketsThanAskedForAreSaidWithTheReason() {
        run("W7", "--idle", "3");
        assertThat(errors.toString())
                .startsWith("loadtest/run: W7 on scripted: 0 of 3 idle WebSockets opened; the first other one: ")
                // This server has no door for them, which is no matter of how many there may be.
                .contains("Exception")
                .doesNotContain("websocket.max-sockets")
                .hasLineCount(1);
    }

    @Test
    void aKeyWithoutATenantIsForEverythingThatHasNoOther() throws Exception {
        server.close();
        server = new ScriptedServer(1, "secret");
        JsonObject run =
                run("W2", "--key", "secret").getAsJsonArray("runs").get(0).getAsJsonObject();

        assertThat(run.get("finished").getAsInt())
                .isEqualTo(run.get("offered").getAsInt())
                .isPositive();
        JsonObject tenants = run("W6", "--key", "secret", "--key", "flood=other")
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("tenants");
        assertThat(tenants.getAsJsonObject("interactive").get("finished").getAsInt())
                .isPositive();
        assertThat(tenants.getAsJsonObject("flood").get("finished").getAsInt()).isZero();
    }

    @Test
    void helpTellsWhatEachScenarioIs() {
        LoadCommand.commandLine()
                .setUsageHelpWidth(200)
                .setOut(new PrintWriter(out))
                .execute("--help");

        assertThat(out.toString().lines())
                .contains(Stream.of(Scenario.values())
                        .map(scenario -> scenario + ": " + scenario.about())
                        .toArray(String[]::new));
    }

    @Test
    void whatIsAskedForIsNotWhatTheServerCan() {
        JsonObject asked = report("W2", "--rate=10");
        assertThat(asked.has("capacity_nfe_per_second")).isFalse();
        assertThat(demand(asked)).isEqualTo(demand(Scenario.W2, 10 * ArrivalProcess.meanNfe(Preview.EXACT), 1));

        JsonObject told = report("W2", "--capacity=100");
        assertThat(told.get("capacity_nfe_per_second").getAsDouble()).isEqualTo(100);
        assertThat(demand(told)).isEqualTo(demand(Scenario.W2, 100, 0.8));
    }

    /** Three times the rate in its middle third, which is another number than the rate of W2. */
    @Test
    void aScenarioThatAsksForMoreThanTheRateSaysSo() {
        double rate = 10 * ArrivalProcess.meanNfe(Preview.EXACT);

        assertThat(demand(report("W5", "--rate=10")))
                .isEqualTo(demand(Scenario.W5, rate, 1))
                .isNotEqualTo(demand(Scenario.W2, rate, 1));
    }

    private static double demand(JsonObject report) {
        return report.getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .get("demand_nfe_per_second")
                .getAsDouble();
    }

    /** Of the requests of the one second that runs have here. */
    private static double demand(Scenario scenario, double nfePerSecond, double load) {
        Offer offer = new Offer(nfePerSecond, load, 1000, 1, Preview.EXACT);
        return ArrivalProcess.arrivals(scenario, offer, 1).stream()
                .mapToInt(arrival -> arrival.preview().nfe(arrival.steps()))
                .sum();
    }

    @Test
    void theReportSaysWhetherItWasToldWhatTheServerCan() {
        double rate = 10 * ArrivalProcess.meanNfe(Preview.EXACT);
        assertThat(text("--rate=10"))
                .contains(" for " + Math.round(demand(Scenario.W2, rate, 1)) + " evaluations/s")
                .doesNotContain("capacity");
        assertThat(text("--capacity=100"))
                .contains("capacity 100 evaluations/s")
                .contains(" for " + Math.round(demand(Scenario.W2, 100, 0.8)) + " evaluations/s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate=10", "--capacity=100"})
    void aServerThatHasJustStartedIsWarmedUpFirst(String option) {
        int offered = report("W2", option)
                .getAsJsonArray("runs")
                .get(0)
                .getAsJsonObject()
                .get("offered")
                .getAsInt();

        // One client alone sends one, and ten of each of four numbers of steps; a crowd at least one each.
        assertThat(server.requests()).hasSizeGreaterThanOrEqualTo(41 + offered + 48);
    }

    @Test
    void theReportSaysHowLargeACrowdTheCapacityIsOf() {
        assertThat(text("--measure=1")).containsPattern("capacity \\d+ evaluations/s, with a crowd of \\d+ clients\n");
    }

    /** Or a server that keeps pictures would be measured by what it has kept. */
    @Test
    void noPictureIsAskedForTwice() {
        String other = "other=" + server.target().host() + ":" + server.target().port();
        for (int command = 0; command < 2; command++) {
            report("W2", "--capacity=100", "--rounds=2", "--target=" + other);
        }

        assertThat(server.seeds()).hasSizeGreaterThan(200).doesNotHaveDuplicates();
    }

    @Test
    void aServerThatFinishesNothingIsQuoted() throws Exception {
        server.close();
        server = new ScriptedServer(1, "secret");

        assertThat(execute("W2", "--measure=1")).isEqualTo(1);
        assertThat(errors.toString()).contains("nothing finished within 1 s: UNAUTHENTICATED: no key");
    }

    @Test
    void whatViewersSeeIsCountedOnceAndIsNotWhatTheServerIsMeasuredWith() {
        JsonObject run = run("W9").getAsJsonArray("runs").get(0).getAsJsonObject();

        assertThat(run.get("finished").getAsInt()).isEqualTo(100);
        // Four steps in forwards of two rows, whoever watches.
        assertThat(run.getAsJsonObject("evaluations_by_rows").toString()).isEqualTo("{\"2\":4}");
        List<Long> before = server.seeds().subList(0, server.seeds().size() - 100);
        assertThat(before).isNotEmpty().doesNotHaveDuplicates();
        assertThat(before).doesNotContainAnyElementsOf(server.seeds().subList(before.size(), before.size() + 1));
    }

    private JsonObject run(String scenario, String... options) {
        List<String> all = new ArrayList<>(List.of("--capacity=100"));
        all.addAll(List.of(options));
        return report(scenario, all.toArray(String[]::new));
    }

    private JsonObject report(String scenario, String... options) {
        int status = execute(scenario, options);
        assertThat(status).as(out + errors.toString()).isZero();
        return JsonParser.parseString(out.toString()).getAsJsonObject();
    }

    private String text(String... options) {
        assertThat(start("W2", List.of(options))).as(errors.toString()).isZero();
        return out.toString();
    }

    private int execute(String scenario, String... options) {
        return start(
                scenario, Stream.concat(Stream.of("--json"), Stream.of(options)).toList());
    }

    private int start(String scenario, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(
                scenario,
                "--target",
                "scripted=" + server.target().host() + ":" + server.target().port(),
                "--seconds=1",
                "--warm-up=0"));
        arguments.addAll(options);
        out.getBuffer().setLength(0);
        return new CommandLine(new LoadCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute(arguments.toArray(String[]::new));
    }
}
