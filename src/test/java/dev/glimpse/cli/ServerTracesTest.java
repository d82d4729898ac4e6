package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import glimpse.wire.v1.BoundLikelihood;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.LikelihoodRequest;
import glimpse.wire.v1.Picture;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spans that a real server sends to a collector, as the collector reads them. */
class ServerTracesTest {
    private static final int STEPS = 3;
    private static final int COUNT = 2;
    private static final String GRPC_TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String GRPC_PARENT = "b7ad6b7169203331";
    private static final String SOCKET_TRACE = "1bf7651916cd43dd8448eb211c80319d";
    private static final String HTTP_TRACE = "3df7651916cd43dd8448eb211c80319f";
    private static final String LIKELIHOOD_TRACE = "4ef7651916cd43dd8448eb211c80319a";
    private static final String UNSAMPLED_TRACE = "2cf7651916cd43dd8448eb211c80319e";

    @TempDir
    static Path directory;

    private static SpanCollector collector;

    @BeforeAll
    static void askAndStop() throws Exception {
        collector = new SpanCollector();
        GenerateRequest request = GenerateRequest.newBuilder()
                .setClassName("Bag")
                .setSeed(1)
                .setSteps(STEPS)
                .setCount(COUNT)
                .build();
        try (ObservedServer server = new ObservedServer(
                directory.resolve("models"), "traces.endpoint=" + collector.endpoint(), "traces.share=1")) {
            server.grpc(request, Map.of("traceparent", "00-" + GRPC_TRACE + "-" + GRPC_PARENT + "-01"));
            server.webSocket(
                    new JsonObject().put("class", "Bag").put("seed", "2").put("steps", 1),
                    Map.of("traceparent", "00-" + SOCKET_TRACE + "-" + GRPC_PARENT + "-01"));
            server.grpc(
                    request.toBuilder().setSeed(3).build(),
                    Map.of("traceparent", "00-" + UNSAMPLED_TRACE + "-" + GRPC_PARENT + "-00"));
            server.grpc(request.toBuilder().setSeed(4).build(), Map.of());
            server.likelihood(
                    likelihood(), Map.of("traceparent", "00-" + LIKELIHOOD_TRACE + "-" + GRPC_PARENT + "-01"));
            server.open(
                    "/v1/generate?class=Bag&steps=1&seed=5",
                    "traceparent",
                    "00-" + HTTP_TRACE + "-" + GRPC_PARENT + "-01",
                    "Accept",
                    "application/json");
        }
    }

    @AfterAll
    static void stopCollector() throws Exception {
        collector.close();
    }

    @Test
    void aRequestIsASpanOfItsClientsTraceWithAnEventForEachStep() {
        Span span = only(GRPC_TRACE, "generate");

        assertThat(hex(span.getParentSpanId())).isEqualTo(GRPC_PARENT);
        assertThat(span.getEventsList().stream().filter(event -> event.getName().equals("step")))
                .hasSize(COUNT * STEPS);
        assertThat(span.getEventsList()).extracting(Span.Event::getName).containsOnlyOnce("first picture");
        assertThat(span.getAttributesList().stream()
                        .map(a -> a.getKey() + "=" + a.getValue().getStringValue()))
                .contains("glimpse.door=grpc", "glimpse.model=tiny/1", "glimpse.outcome=ok");
    }

    @Test
    void aForwardIsASpanLinkedToItsRequests() {
        Span request = only(GRPC_TRACE, "generate");
        List<Span> forwards = spans(GRPC_TRACE, "forward");

        assertThat(forwards).hasSizeGreaterThanOrEqualTo(STEPS);
        assertThat(forwards)
                .allSatisfy(forward -> assertThat(forward.getLinksList())
                        .extracting(Span.Link::getSpanId)
                        .contains(request.getSpanId()));
        assertThat(forwards)
                .allSatisfy(forward ->
                        assertThat(forward.getEndTimeUnixNano()).isGreaterThan(forward.getStartTimeUnixNano()));
    }

    @Test
    void aWebSocketsUpgradeTellsTheTrace() {
        Span span = only(SOCKET_TRACE, "generate");

        assertThat(span.getAttributesList().stream()
                        .map(a -> a.getKey() + "=" + a.getValue().getStringValue()))
                .contains("glimpse.door=websocket");
    }

    @Test
    void anHttpRequestTellsTheTrace() {
        Span span = only(HTTP_TRACE, "generate");

        assertThat(hex(span.getParentSpanId())).isEqualTo(GRPC_PARENT);
        assertThat(span.getAttributesList().stream()
                        .map(a -> a.getKey() + "=" + a.getValue().getStringValue()))
                .contains("glimpse.door=http", "glimpse.outcome=ok");
    }

    private static LikelihoodRequest likelihood() {
        LikelihoodRequest.Builder request = LikelihoodRequest.newBuilder()
                .setBound(BoundLikelihood.newBuilder().setPasses(1));
        request.addPicturesBuilder()
                .setClassIndex(0)
                .setImage(Picture.newBuilder()
                        .setFormat(ImageFormat.IMAGE_FORMAT_RAW_U8)
                        .setData(ByteString.copyFrom(new byte[64])));
        return request.build();
    }

    @Test
    void aLikelihoodIsASpanOfItsClientsTrace() {
        Span span = only(LIKELIHOOD_TRACE, "likelihood");

        assertThat(hex(span.getParentSpanId())).isEqualTo(GRPC_PARENT);
        assertThat(span.getAttributesList().stream()
                        .map(a -> a.getKey() + "=" + a.getValue().getStringValue()))
                .contains("glimpse.door=grpc", "glimpse.model=tiny/1", "glimpse.outcome=ok");
    }

    @Test
    void aTraceThatItsClientDoesNotRecordIsNotRecordedHere() {
        assertThat(spans(UNSAMPLED_TRACE, "generate")).isEmpty();
    }

    @Test
    void aRequestWithoutATraceBeginsOne() {
        List<Span> all = collector.spans().stream()
                .filter(span -> span.getName().equals("generate"))
                .toList();

        assertThat(all).hasSize(4);
        assertThat(all)
                .anySatisfy(span -> assertThat(span.getParentSpanId().isEmpty()).isTrue());
    }

    private static Span only(String trace, String name) {
        List<Span> spans = spans(trace, name);
        assertThat(spans).hasSize(1);
        return spans.get(0);
    }

    private static List<Span> spans(String trace, String name) {
        return collector.spans().stream()
                .filter(span ->
                        hex(span.getTraceId()).equals(trace) && span.getName().equals(name))
                .toList();
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }
}
