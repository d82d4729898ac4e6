package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.rpc.Status;
import dev.glimpse.testing.RawHttp2;
import dev.glimpse.testing.RawHttp2.Answer;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateEvent.EventCase;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** gRPC-Web as pages speak it, over either version of HTTP. */
@Timeout(60)
class GrpcWebTest {
    private static final int TRAILERS = 0x80;
    private static final String HEALTH_CHECK = "/grpc.health.v1.Health/Check";

    private DoorServer server;

    @BeforeEach
    void open() {
        server = new DoorServer(PlayedGenerator.playing());
    }

    @AfterEach
    void close() throws Exception {
        server.close();
    }

    private enum Version {
        HTTP_1_1,
        HTTP_2
    }

    /** What a page gets: headers, messages, and trailers from the body, or from the headers where there is no body. */
    private record Reply(Map<String, String> headers, List<byte[]> messages, Map<String, String> trailers) {
        String status() {
            return trailers.getOrDefault("grpc-status", headers.get("grpc-status"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsMessagesAndAFrameOfTrailers(Version version) throws Exception {
        Reply reply = call(version, WireClient.GENERATE, request(2), Map.of());

        List<EventCase> events = new ArrayList<>();
        for (byte[] message : reply.messages()) {
            events.add(GenerateEvent.parseFrom(message).getEventCase());
        }
        assertThat(events).containsExactly(EventCase.ACCEPTED, EventCase.STEP, EventCase.STEP, EventCase.FINISHED);
        assertThat(reply.headers().get("content-type")).startsWith("application/grpc-web");
        assertThat(reply.trailers()).containsEntry("grpc-status", "0");
    }

    @ParameterizedTest
    @EnumSource
    void aUnaryCallIsOneMessageAndAFrameOfTrailers(Version version) throws Exception {
        Reply reply = call(version, HEALTH_CHECK, HealthCheckRequest.getDefaultInstance(), Map.of());

        assertThat(reply.messages()).hasSize(1);
        assertThat(HealthCheckResponse.parseFrom(reply.messages().get(0)).getStatus())
                .isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
        assertThat(reply.trailers()).containsEntry("grpc-status", "0");
    }

    @ParameterizedTest
    @EnumSource
    void anErrorBringsItsDetailsAsBinaryMetadata(Version version) throws Exception {
        Reply reply = call(version, WireClient.GENERATE, request(0), Map.of());

        assertThat(reply.status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.toString());
        Status details =
                Status.parseFrom(Base64.getDecoder().decode(reply.headers().get("grpc-status-details-bin")));
        assertThat(details.getMessage()).isEqualTo("steps: 0 (expected: at least 1)");
        assertThat(details.getDetailsCount()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void aDeadlineIsHonoured(Version version) throws Exception {
        Reply reply = call(version, WireClient.GENERATE, request(2), Map.of("grpc-timeout", "0n"));

        assertThat(reply.status()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.toString());
    }

    /** Over HTTP/1.1 no stream can be reset, and what was written would wait for its reader for ever. */
    @Test
    void aPageThatReadsNothingUntilItsDeadlineLosesItsConnection() throws Exception {
        byte[] body = WireClient.frame(false, request(1).toByteArray()).getBytes();
        try (DoorServer fountain = new DoorServer(new Fountain(1000, 1 << 20, false));
                Socket page = new Socket(InetAddress.getLoopbackAddress(), fountain.port())) {
            String head = "POST " + WireClient.GENERATE + " HTTP/1.1\r\nHost: localhost:" + fountain.port()
                    + "\r\ncontent-type: application/grpc-web+proto\r\ngrpc-timeout: 200m\r\ncontent-length: "
                    + body.length + "\r\n\r\n";
            page.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            page.getOutputStream().write(body);

            // A byte of a next request now and then, which a server takes as long as the connection is there.
            assertThatThrownBy(() -> {
                        while (true) {
                            page.getOutputStream().write('\n');
                            TimeUnit.MILLISECONDS.sleep(20);
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void metadataOfAPageDoesNoHarm(Version version) throws Exception {
        Map<String, String> metadata = Map.of(
                "x-grpc-web",
                "1",
                "x-user-agent",
                "grpc-web-javascript/0.1",
                "x-trace-bin",
                Base64.getEncoder().withoutPadding().encodeToString(new byte[] {0, -1, 7}));

        assertThat(call(version, WireClient.GENERATE, request(1), metadata).status())
                .isEqualTo("0");
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedPageMayReadTheAnswerAndItsStatus(Version version) throws Exception {
        Reply reply = call(version, WireClient.GENERATE, request(0), Map.of("origin", DoorServer.ORIGIN));

        assertThat(reply.headers())
                .containsEntry("access-control-allow-origin", DoorServer.ORIGIN)
                .containsEntry("vary", "origin");
        assertThat(reply.headers().get("access-control-expose-headers"))
                .contains("grpc-status", "grpc-message", "grpc-status-details-bin")
                .contains("glimpse-request-id", "glimpse-model", "glimpse-model-version", "glimpse-seed", "glimpse-nfe")
                .contains("inference-header-content-length");
    }

    @Test
    void anotherPageMayReadNothing() throws Exception {
        Reply reply = call(Version.HTTP_2, WireClient.GENERATE, request(0), Map.of("origin", "https://evil.example"));

        assertThat(reply.headers()).containsEntry("vary", "origin").doesNotContainKey("access-control-allow-origin");
    }

    @Test
    void theServersOwnPageNeedsNoLeave() throws Exception {
        String own = "http://127.0.0.1:" + server.port();
        Reply reply = call(Version.HTTP_2, WireClient.GENERATE, request(0), Map.of("origin", own));

        assertThat(reply.headers()).containsEntry("access-control-allow-origin", own);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-grpc-web",
                "x-user-agent",
                "grpc-timeout",
                "authorization",
                "content-type",
                "inference-header-content-length",
                "x-trace-bin",
                "baggage,x-request-id"
            })
    void anAllowedPageIsToldThatItMaySend(String header) throws Exception {
        HttpResponse<byte[]> answer = ask(DoorServer.ORIGIN, header);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("access-control-allow-origin")).contains(DoorServer.ORIGIN);
        assertThat(answer.headers().firstValue("access-control-allow-methods").orElseThrow())
                .contains("POST");
        assertThat(answer.headers()
                        .firstValue("access-control-allow-headers")
                        .orElseThrow()
                        .split(", "))
                .contains(header.split(","));
        assertThat(answer.headers().firstValue("access-control-max-age")).isPresent();
        assertThat(answer.headers().allValues("vary")).containsExactly("origin", "access-control-request-headers");
    }

    @Test
    void noMoreNamesAreRepeatedThanAClientHasAndNothingThatIsNone() throws Exception {
        String names = IntStream.range(0, 1000).mapToObj(i -> "x-" + i).collect(Collectors.joining(","));
        HttpResponse<byte[]> answer = ask(DoorServer.ORIGIN, "<b>,two words,x y,*/*," + names);

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("access-control-allow-headers").orElseThrow())
                .contains("x-grpc-web", "x-50")
                .doesNotContain("<", "two", "/", "x-64");
    }

    @Test
    void anotherPageIsToldThatItMayNot() throws Exception {
        HttpResponse<byte[]> answer = ask("https://evil.example", "x-grpc-web");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
    }

    private static GenerateRequest request(int steps) {
        return GenerateRequest.newBuilder().setSteps(steps).build();
    }

    private HttpResponse<byte[]> ask(String origin, String header) throws Exception {
        HttpRequest question = HttpRequest.newBuilder(uri(WireClient.GENERATE))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("origin", origin)
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", header)
                .build();
        return HttpClient.newHttpClient().send(question, HttpResponse.BodyHandlers.ofByteArray());
    }

    private Reply call(Version version, String path, Message message, Map<String, String> headers) throws Exception {
        byte[] body = WireClient.frame(false, message.toByteArray()).getBytes();
        return version == Version.HTTP_2 ? http2(path, body, headers) : http1(path, body, headers);
    }

    private Reply http1(String path, byte[] body, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/grpc-web+proto")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        HttpResponse<byte[]> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        Map<String, String> answered = new LinkedHashMap<>();
        response.headers().map().forEach((name, values) -> answered.put(name, values.get(0)));
        return reply(answered, response.body());
    }

    private Reply http2(String path, byte[] body, Map<String, String> headers) throws Exception {
        List<String> all = new ArrayList<>(List.of("content-type", "application/grpc-web+proto"));
        headers.forEach((name, value) -> all.addAll(List.of(name, value)));
        try (RawHttp2 client = new RawHttp2(server.port())) {
            Answer answer = client.answer(client.call(path, body, all.toArray(String[]::new)));
            assertThat(answer.trailers())
                    .as("trailers of HTTP, which no page could read")
                    .isEmpty();
            return reply(answer.headers(), answer.body());
        }
    }

    private static Reply reply(Map<String, String> headers, byte[] body) throws IOException {
        List<byte[]> messages = new ArrayList<>();
        Map<String, String> trailers = new LinkedHashMap<>();
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        for (int kind = in.read(); kind >= 0; kind = in.read()) {
            byte[] frame = in.readNBytes(in.readInt());
            if (kind == TRAILERS) {
                new String(frame, StandardCharsets.UTF_8).lines().forEach(line -> {
                    String[] pair = line.split(":", 2);
                    trailers.put(pair[0], pair[1].strip());
                });
            } else {
                messages.add(frame);
            }
        }
        return new Reply(headers, messages, trailers);
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
