package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import glimpse.wire.v1.GenerateRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

class CapacityCommandTest {
    private static final int INTERRUPTED = 128 + 2;

    @Test
    void aFleetOfAnySizeKeepsTheObjectiveWhereTheTableSaysSo() {
        JsonObject answer = json("--cost", "20,5", "--rates", "10,40,200", "--requests", "2000");

        double most = answer.get("most_per_second").getAsDouble();
        assertThat(most).isPositive();
        for (JsonElement element : table(answer)) {
            JsonObject line = element.getAsJsonObject();
            double rate = line.get("requests_per_second").getAsDouble();
            assertThat(line.get("servers").getAsInt()).isEqualTo((int) Math.ceil(rate / most));
            // The search ends within a thousandth of the most.
            assertThat(line.get("good").getAsDouble()).isGreaterThan(0.98);
            assertThat(line.get("load").getAsDouble()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void twiceTheDevicesCarryAtLeastTwiceTheTraffic() {
        double one = most("--cost", "20,5", "--workers", "1");
        double two = most("--cost", "20,5", "--workers", "2");

        assertThat(two).isGreaterThan(1.9 * one);
    }

    @Test
    void anInterruptedTableSaysSoAndEndsAsItsSignalSays() {
        AtomicInteger asked = new AtomicInteger();
        table(asked, Integer.MAX_VALUE);
        JsonObject answer = table(asked, asked.getAndSet(0) - 1);
        assertThat(answer.get("interrupted").getAsBoolean()).isTrue();
        assertThat(table(answer)).hasSize(2);
        assertThat(table(answer).get(0).getAsJsonObject().get("partial").getAsBoolean())
                .isFalse();
        assertThat(table(answer).get(1).getAsJsonObject().get("partial").getAsBoolean())
                .isTrue();
    }

    private static JsonObject table(AtomicInteger asked, int stoppedAfter) {
        StringWriter out = new StringWriter();
        int[] stopped = new int[1];
        int status = new CommandLine(new CapacityCommand(
                        Map.of(), () -> () -> stopped[0] |= asked.incrementAndGet() >= stoppedAfter ? INTERRUPTED : 0))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .execute("--requests", "100", "--rates", "1,2", "--json");
        assertThat(status).isEqualTo(stoppedAfter == Integer.MAX_VALUE ? ExitCode.OK : INTERRUPTED);
        return JsonParser.parseString(out.toString()).getAsJsonObject();
    }

    @Test
    void aServersOwnSettingsTellHowManyDevicesItHas() {
        String[] options = {"--requests", "500", "--rates", "1", "--set", "devices.workers=4"};
        assertThat(json(options).get("devices").getAsInt()).isEqualTo(4);
        assertThat(json(with(options, "--workers", "2")).get("devices").getAsInt())
                .isEqualTo(2);
        assertThat(json("--requests", "500", "--rates", "1").get("devices").getAsInt())
                .isEqualTo(1);
    }

    @Test
    void aStricterObjectiveTakesMoreServers() {
        assertThat(most("--cost", "20,5", "--first", "100")).isLessThan(most("--cost", "20,5", "--first", "2000"));
    }

    /** A hundred requests come in little more than a second, in which no queue makes anybody as late as --last. */
    @Test
    void aServerCarriesNoMoreThanItCanDoForLong() {
        JsonObject few = json("--cost", "20,1", "--rates", "1", "--requests", "100");
        JsonObject many = json("--cost", "20,1", "--rates", "1", "--requests", "12000");
        double most = few.get("most_per_second").getAsDouble();
        double evaluations = most * few.get("nfe_per_request").getAsDouble();
        assertThat(evaluations).isLessThanOrEqualTo(few.get("nfe_per_second").getAsDouble());
        assertThat(most).isCloseTo(many.get("most_per_second").getAsDouble(), withinPercentage(4));
    }

    @Test
    void aPersonGetsATableWithALineForEachRate() {
        CommandLineRun run = CommandLineRun.of("capacity", "--requests", "500", "--rates", "5,50");

        assertThat(run.status()).isZero();
        assertThat(run.out().lines().skip(5).map(line -> line.strip().split(" +")[0]))
                .containsExactly("5.0", "50.0");
    }

    @Test
    void anObjectiveThatNoServerKeepsIsRefused() {
        CommandLineRun run = CommandLineRun.of("capacity", "--requests", "500", "--cost", "20,5", "--first", "30");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .isEqualTo("glimpse capacity: --first, --last: 30 ms, 5000 ms (expected: times that 99.0 % of requests"
                        + " keep on an idle server, whose smallest forward takes 40 ms)\n");
    }

    @Test
    void aMixOfAnotherFormIsRefused() {
        CommandLineRun run = CommandLineRun.of("capacity", "--mix", "1:50,two:50");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("glimpse capacity: --mix: two:50 (expected: STEPS:SHARE, such as 4:20)\n");
    }

    @Test
    void aRunningServerTellsWhatItsForwardsTake(@TempDir Path directory) throws Exception {
        try (ObservedServer server = new ObservedServer(directory)) {
            for (int count : List.of(1, 12)) {
                server.grpc(
                        GenerateRequest.newBuilder()
                                .setClassName("Bag")
                                .setSteps(4)
                                .setCount(count)
                                .build(),
                        Map.of());
            }
            JsonObject answer = json("--server", server.adminUrl(), "--requests", "500");

            assertThat(answer.get("devices").getAsInt()).isEqualTo(1);
            for (String coefficient : List.of("a", "b")) {
                double told = server.scrape().sum("glimpse_step_cost_seconds", "coefficient=\"" + coefficient + "\"");
                assertThat(answer.get(coefficient + "_ms").getAsDouble()).isCloseTo(1000 * told, within(1e-5));
            }
        }
    }

    /** A larger forward costs less a row, and the server takes {@code devices.gpu-max-rows} there. */
    @Test
    void gpusRunTheLargestForwardsOfGpus() {
        String[] cost = {"--cost", "20,1"};
        double onCpu = most(cost);
        assertThat(most(with(cost, "--set", "devices.kind=gpu")))
                .isGreaterThan(1.5 * onCpu)
                .isEqualTo(most(with(cost, "--set", "scheduler.max-rows=64")));
        assertThat(most(with(cost, "--set", "devices.kind=gpu", "--set", "devices.gpu-max-rows=12")))
                .isEqualTo(onCpu);
    }

    @Test
    void aRunningServerTellsWhetherItsDevicesAreGpus() throws Exception {
        try (Told server = new Told(Told.cost("m", "gpu:0", 0.02, 0.001))) {
            assertThat(most("--server", server.url()))
                    .isEqualTo(most("--cost", "20,1", "--set", "devices.kind=gpu"))
                    .isNotEqualTo(most("--cost", "20,1"));
        }
    }

    /** A queue of other sizes, such as one of a single size, tells of other lines. */
    @Test
    void ofSeveralModelsOfARunningServerTheOneWithTheLongestForwardsCounts() throws Exception {
        try (Told server = new Told(
                Told.cost("m/free", "cpu:0", 0.02, 0.005),
                Told.cost("m/free/free", "cpu:0", 0, 0.03),
                Told.cost("small/1", "cpu:0", 0.03, 0.001))) {
            JsonObject answer = json("--server", server.url(), "--requests", "500");
            assertThat(answer.get("devices").getAsInt()).isEqualTo(1);
            assertThat(answer.get("a_ms").getAsDouble()).isCloseTo(20, within(1e-9));
            assertThat(answer.get("b_ms").getAsDouble()).isCloseTo(5, within(1e-9));
        }
    }

    @Test
    void aDeviceOfARunningServerCountsThoughItHasRunNoForward() throws Exception {
        try (Told server = new Told(Told.cost("m", "cpu:0", 0.02, 0.005), "glimpse_devices 2.0\n")) {
            JsonObject answer = json("--server", server.url(), "--requests", "500");
            assertThat(answer.get("devices").getAsInt()).isEqualTo(2);
            assertThat(answer.get("a_ms").getAsDouble()).isCloseTo(20, within(1e-9));
            assertThat(answer.get("b_ms").getAsDouble()).isCloseTo(5, within(1e-9));
        }
    }

    @Test
    void aRunningServerOfWhichNoDeviceWorksIsRefused() throws Exception {
        try (Told server = new Told(Told.cost("m", "cpu:0", 0.02, 0.005), "glimpse_devices 0.0\n")) {
            CommandLineRun run = CommandLineRun.of("capacity", "--server", server.url());

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .isEqualTo("glimpse capacity: --server: " + server.url()
                            + " (expected: a server of whose devices one works)\n");
        }
    }

    @Test
    void aRunningServerWithoutSharedSizesTellsOfItsOthers() throws Exception {
        try (Told server = new Told(Told.cost("m/1/free", "cpu:0", 0.02, 0.005))) {
            assertThat(most("--server", server.url())).isEqualTo(most("--cost", "20,5"));
        }
    }

    /** An admin port that tells what forwards cost. */
    private static final class Told implements AutoCloseable {
        private final HttpServer server;

        Told(String... costs) throws IOException {
            byte[] metrics = String.join("", costs).getBytes(StandardCharsets.US_ASCII);
            server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
            server.createContext("/metrics", exchange -> {
                exchange.sendResponseHeaders(200, metrics.length);
                exchange.getResponseBody().write(metrics);
                exchange.close();
            });
            server.start();
        }

        static String cost(String model, String device, double a, double b) {
            String sample = "glimpse_step_cost_seconds{coefficient=\"%s\",device=\"%s\",model=\"%s\"} %s\n";
            return String.format(Locale.ROOT, sample, "a", device, model, a)
                    + String.format(Locale.ROOT, sample, "b", device, model, b);
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static String[] with(String[] options, String... more) {
        return Stream.concat(Stream.of(options), Stream.of(more)).toArray(String[]::new);
    }

    private static double most(String... options) {
        return json(Stream.concat(Stream.of(options), Stream.of("--requests", "2000", "--rates", "1"))
                        .toArray(String[]::new))
                .get("most_per_second")
                .getAsDouble();
    }

    private static JsonObject json(String... options) {
        CommandLineRun run = CommandLineRun.of(Stream.concat(Stream.of("capacity", "--json"), Stream.of(options))
                .toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        return JsonParser.parseString(run.out()).getAsJsonObject();
    }

    private static JsonArray table(JsonObject answer) {
        JsonArray table = answer.getAsJsonArray("table");
        assertThat(table).isNotEmpty();
        return table;
    }
}
