package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.FreePorts;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans of a real server at a real collector, Rotel, which writes what it understands of them. */
class CollectorIT {
    private static final Path ROTEL = Path.of("src/test/tools/rotel").toAbsolutePath();
    private static final int STEPS = 3;
    private static final String PARENT = "b7ad6b7169203331";
    private static final String GRPC_TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SOCKET_TRACE = "1bf7651916cd43dd8448eb211c80319d";

    @TempDir
    private static Path directory;

    private static Process collector;
    private static List<String> spans;

    @BeforeAll
    static void askAndStop() throws Exception {
        Path log = directory.resolve("rotel.log");
        List<Integer> ports = FreePorts.take(2);
        int port = ports.get(0);
        collector = new ProcessBuilder(
                        ROTEL.toString(),
                        "start",
                        "--otlp-http-endpoint",
                        "127.0.0.1:" + port,
                        "--otlp-grpc-endpoint",
                        "127.0.0.1:" + ports.get(1),
                        "--exporter",
                        "blackhole",
                        "--debug-log",
                        "traces",
                        "--debug-log-verbosity",
                        "detailed")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await(log, "Starting Rotel");
        try (ObservedServer server = new ObservedServer(
                directory.resolve("models"),
                "traces.endpoint=http://127.0.0.1:" + port + "/v1/traces",
                "traces.share=1")) {
            server.grpc(
                    GenerateRequest.newBuilder()
                            .setClassName("Bag")
                            .setSeed(1)
                            .setSteps(STEPS)
                            .build(),
                    Map.of("traceparent", "00-" + GRPC_TRACE + "-" + PARENT + "-01"));
            server.webSocket(
                    new JsonObject().put("class", "Bag").put("seed", "2").put("steps", 1),
                    Map.of("traceparent", "00-" + SOCKET_TRACE + "-" + PARENT + "-01"));
        }
        await(log, SOCKET_TRACE);
        spans = Arrays.asList(Files.readString(log).split("(?m)^Span #\\d+$"));
    }

    @AfterAll
    static void stop() {
        collector.destroyForcibly();
    }

    @Test
    void aRequestOverGrpcIsASpanOfItsClientsTraceWithAnEventForEachStep() {
        String span = only(GRPC_TRACE);

        assertThat(span)
                .containsPattern("Parent ID +: " + PARENT + "\n")
                .contains("glimpse.door: Str(grpc)", "glimpse.model: Str(tiny/1)", "glimpse.outcome: Str(ok)");
        assertThat(span.split("-> Name: step\n", -1)).hasSize(STEPS + 1);
    }

    @Test
    void aRequestOnAWebSocketBelongsToTheTraceOfItsUpgrade() {
        assertThat(only(SOCKET_TRACE))
                .containsPattern("Parent ID +: " + PARENT + "\n")
                .contains("glimpse.door: Str(websocket)");
    }

    @Test
    void forwardsAreLinkedToTheRequestsWhoseStepsTheyRan() {
        String id = only(GRPC_TRACE).replaceFirst("(?s).*?\n +ID +: (\\w+)\n.*", "$1");

        assertThat(spans)
                .filteredOn(span -> span.contains("Name           : forward") && span.contains(GRPC_TRACE))
                .hasSizeGreaterThanOrEqualTo(STEPS)
                .allSatisfy(span -> assertThat(span).contains("Links:").contains("-> ID: " + id));
    }

    /** The request of a trace, as the collector writes it. */
    private static String only(String trace) {
        List<String> requests = spans.stream()
                .filter(span -> span.contains(trace) && span.contains("Name           : generate"))
                .toList();
        assertThat(requests).hasSize(1);
        return requests.get(0);
    }

    private static void await(Path log, String words) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.readString(log).contains(words)) {
            if (collector.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() - end > 0) {
                throw new AssertionError("no " + words + " in: " + Files.readString(log));
            }
        }
    }
}
