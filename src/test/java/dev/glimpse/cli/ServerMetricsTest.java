package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.observability.Metric;
import dev.glimpse.testing.Promtool;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.ImageFormat;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers of a real server after real requests. */
// A deadline is to pass while its request is at work, and not to look impossible beforehand.
@Tag("alone")
class ServerMetricsTest {
    private static final int STEPS = 3;
    private static final int COUNT = 2;
    private static final int WEB_SOCKET_STEPS = 4;

    /** More than a connection takes of what nobody reads. */
    private static final GenerateRequest LARGE = GenerateRequest.newBuilder()
            .setSteps(8)
            .setCount(64)
            .setSeed(5)
            .setImageFormat(ImageFormat.IMAGE_FORMAT_RAW_F32)
            .build();

    @TempDir
    static Path directory;

    private static ObservedServer server;
    private static List<GenerateEvent> events;
    private static JsonObject finished;
    private static Scrape scrape;
    private static Scrape fresh;

    @BeforeAll
    static void askAndScrape() throws Exception {
        server = new ObservedServer(directory.resolve("models"));
        fresh = server.scrape();
        events = server.grpc(
                GenerateRequest.newBuilder()
                        .setClassName("Bag")
                        .setSeed(1)
                        .setSteps(STEPS)
                        .setCount(COUNT)
                        .setGamma(0.5)
                        .build(),
                Map.of());
        finished = server.webSocket(
                new JsonObject().put("class", "Shirt").put("seed", "2").put("steps", WEB_SOCKET_STEPS), Map.of());
        server.webSocket(new JsonObject().put("class", "Hat").put("seed", "2"), Map.of());
        // Whatever a metric reads has to outlive a collection.
        System.gc();
        scrape = server.scrape();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void everyMetricOfTheCatalogIsThereWithItsHelp() {
        assertThat(scrape.names())
                .containsAll(Stream.of(Metric.values())
                        .flatMap(metric -> metric.series().stream())
                        .toList());
        assertThat(Metric.values())
                .allSatisfy(metric -> assertThat(scrape.text())
                        .containsPattern("# HELP " + metric.title() + " " + Pattern.quote(metric.help()) + "\\n"));
    }

    @Test
    void nothingOfGlimpseIsThereButTheCatalog() {
        List<String> known = Stream.of(Metric.values())
                .flatMap(metric -> Stream.concat(
                        metric.series().stream(),
                        metric.kind() == Metric.Kind.HISTOGRAM ? Stream.of(metric.title() + "_max") : Stream.of()))
                .toList();

        assertThat(scrape.names().stream().filter(name -> name.startsWith("glimpse_")))
                .isSubsetOf(known);
    }

    @Test
    void prometheusTakesTheAnswerWithoutAWarning() throws Exception {
        // Of Glimpse's own; names of the JVM's metrics are Micrometer's.
        String own = scrape.text()
                .lines()
                .filter(line -> line.matches("(# \\w+ )?glimpse_.*"))
                .filter(line -> !line.contains("_seconds_max") && !line.contains("_size_max"))
                .reduce("", (all, line) -> all + line + "\n");
        Promtool.check(directory, own, "check", "metrics");
    }

    /** Names that operators of such servers know, with another beginning. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "queue_requests{rank",
                "queue_nfe{rank",
                "active_trajectories",
                "step_batch_size_bucket{release_reason",
                "step_duration_seconds_bucket",
                "time_to_first_preview_seconds_bucket{rank=\"background\",le",
                "request_duration_seconds_bucket{outcome",
                "requests_total{door=\"grpc\",outcome=\"shed\",rank=\"background\"",
                "preview_frames_total{disposition",
                "nfe_total{kind",
                "open_streams{door",
                "outbound_buffer_bytes{door",
                "brownout_level",
                "estimated_wait_seconds",
                "step_cost_seconds{coefficient",
                "efficiency_ratio",
                "device_memory_bytes{device",
                "door_cpu_seconds_total{door",
                "tls_certificate_expiry_timestamp_seconds{certificate=\"server\"",
                "tls_certificate_expiry_timestamp_seconds{certificate=\"client_ca\"",
                "scoring_requests_total{outcome",
                "scoring_waiting",
                "scoring_device_seconds_total{device"
            })
    void whatIsExpectedOfAServerIsTold(String beginning) {
        assertThat(scrape.samples().keySet()).anyMatch(sample -> sample.startsWith("glimpse_" + beginning));
    }

    @Test
    void aStreamThatNobodyReadsIsOpenUntilItsClientLeaves() throws Exception {
        server.stalled(LARGE, Map.of(), () -> {
            assertThat(server.scrape().sum("glimpse_open_streams", "door=\"grpc\""))
                    .isEqualTo(1);
        });
        server.await(now -> now.sum("glimpse_open_streams") == 0);
    }

    /** Long enough for a slow machine, too, which else would call it impossible. */
    @Test
    void aStreamWhoseDeadlinePassesIsCountedAsOne() throws Exception {
        server.stalled(LARGE, Map.of("grpc-timeout", "3000m"), () -> {
            server.await(now -> now.sum("glimpse_requests_total", "door=\"grpc\"", "outcome=\"deadline\"") == 1);
        });
    }

    /** Else the first of its numbers would be no increase, and alerts on rates would miss it. */
    @ParameterizedTest
    @ValueSource(strings = {"grpc", "http", "oip", "websocket"})
    void everyDoorBeginsAtZero(String door) {
        String label = "door=\"" + door + "\"";
        assertThat(fresh.sum("glimpse_requests_total", label)).isZero();
        assertThat(fresh.sum("glimpse_open_streams", label)).isZero();
        assertThat(fresh.sum("glimpse_outbound_buffer_bytes", label)).isZero();
        assertThat(fresh.names()).contains("glimpse_door_cpu_seconds_total");
    }

    @Test
    void requestsAreCountedByDoorAndOutcome() {
        assertThat(scrape.sum("glimpse_requests_total", "door=\"grpc\"", "outcome=\"ok\""))
                .isEqualTo(1);
        assertThat(scrape.sum("glimpse_requests_total", "door=\"websocket\"", "outcome=\"ok\""))
                .isEqualTo(1);
        assertThat(scrape.sum("glimpse_requests_total", "door=\"websocket\"", "outcome=\"invalid\""))
                .isEqualTo(1);
        assertThat(scrape.sum("glimpse_requests_total")).isEqualTo(3);
        assertThat(scrape.sum("glimpse_request_duration_seconds_count")).isEqualTo(3);
        assertThat(scrape.sum("glimpse_time_to_first_preview_seconds_count")).isEqualTo(2);
    }

    @Test
    void evaluationsAreThoseThatTheClientsWereTold() {
        int told = events.get(events.size() - 1).getFinished().getNfe() + finished.getInteger("nfe");
        double steps = scrape.sum("glimpse_nfe_total", "kind=\"step\"");
        double previews = scrape.sum("glimpse_nfe_total", "kind=\"preview\"");

        assertThat(steps).isEqualTo(COUNT * STEPS + WEB_SOCKET_STEPS);
        assertThat(steps + previews).isEqualTo(told);
        assertThat(scrape.sum("glimpse_nfe_total", "kind=\"wasted\"")).isZero();
        assertThat(scrape.sum("glimpse_step_batch_size_sum")).isEqualTo(told);
        assertThat(scrape.sum("glimpse_step_batch_size_count"))
                .isEqualTo(scrape.sum("glimpse_step_duration_seconds_count"));
    }

    @Test
    void everyPreviewWasSentConflatedOrSkipped() {
        long sent = events.stream()
                .filter(event -> event.hasStep() && !event.getStep().getLast())
                .count();

        assertThat(scrape.sum("glimpse_preview_frames_total")).isEqualTo(COUNT * (STEPS - 1) + WEB_SOCKET_STEPS - 1);
        assertThat(scrape.sum("glimpse_preview_frames_total", "disposition=\"sent\""))
                .isGreaterThanOrEqualTo(sent);
    }

    @Test
    void aServerThatRestsHasNothingQueued() {
        assertThat(scrape.sum("glimpse_queue_nfe")).isZero();
        assertThat(scrape.sum("glimpse_queue_requests")).isZero();
        assertThat(scrape.sum("glimpse_active_trajectories")).isZero();
        assertThat(scrape.sum("glimpse_open_streams")).isZero();
        assertThat(scrape.sum("glimpse_estimated_wait_seconds")).isZero();
        assertThat(scrape.sum("glimpse_forward_age_seconds")).isZero();
        assertThat(scrape.sum("glimpse_outbound_buffer_bytes")).isZero();
        assertThat(scrape.sum("glimpse_ready")).isEqualTo(1);
        assertThat(scrape.sum("glimpse_devices")).isEqualTo(1);
    }

    @Test
    void whatItCostIsTold() {
        assertThat(scrape.sum("glimpse_cpu_seconds_total", "threads=\"devices\""))
                .isPositive();
        assertThat(scrape.sum("glimpse_cpu_seconds_total", "threads=\"doors\"")).isPositive();
        assertThat(scrape.sum("glimpse_door_cpu_seconds_total", "door=\"grpc\""))
                .isPositive();
        assertThat(scrape.sum("glimpse_door_cpu_seconds_total", "door=\"websocket\""))
                .isPositive();
        assertThat(scrape.sum("glimpse_device_memory_bytes", "device=\"cpu\"")).isPositive();
        assertThat(scrape.sum("glimpse_step_cost_seconds", "coefficient=\"a\"")).isGreaterThanOrEqualTo(0);
        assertThat(scrape.sum("glimpse_efficiency_ratio")).isPositive();
        assertThat(scrape.sum("glimpse_model_info", "name=\"tiny\"", "version=\"1\""))
                .isEqualTo(1);
    }

    @Test
    void whatIsDoneWithABodyIsTheWorkOfItsDoor() throws Exception {
        assertThat(scrape.sum("glimpse_door_cpu_seconds_total", "door=\"oip\"")).isZero();

        // Refused for what is in it, so that nothing else of the door has work.
        assertThat(server.post("/v2/models/tiny/infer", "no JSON").statusCode()).isEqualTo(400);

        server.await(now -> now.sum("glimpse_door_cpu_seconds_total", "door=\"oip\"") > 0);
    }

    @Test
    void theAlertsAskForBucketsThatThereAre() throws Exception {
        String rules = Files.readString(Path.of("k8s/monitoring/prometheus-rule.yaml"));
        Matcher bucket =
                Pattern.compile("(glimpse_\\w+_bucket)\\{(le=\"[^\"]+\"),").matcher(rules);
        int asked = 0;
        while (bucket.find()) {
            assertThat(scrape.sum(bucket.group(1), bucket.group(2))).isNotNegative();
            asked++;
        }
        assertThat(asked).isPositive();
    }

    @Test
    void aBalancerIsToldTheLoadWhenItAsks() throws Exception {
        String report = "TEXT application_utilization=\\d\\.\\d{3},named_metrics\\.queue_nfe=\\d+,.*";

        assertThat(server.load(
                        GenerateRequest.newBuilder().setSteps(1).setSeed(9).build()))
                .matches(report);
        assertThat(server.open("/", "endpoint-load-metrics-format", "text")
                        .headers()
                        .firstValue("endpoint-load-metrics"))
                .hasValueSatisfying(value -> assertThat(value).matches(report));
        assertThat(server.open("/", "accept", "text/html").headers().firstValue("endpoint-load-metrics"))
                .isEmpty();
    }

    @Test
    void theServerStartedIsReadyAndLives() throws Exception {
        for (String path : List.of("/startupz", "/readyz", "/healthz")) {
            assertThat(server.admin(path).statusCode()).isEqualTo(200);
        }
    }
}
