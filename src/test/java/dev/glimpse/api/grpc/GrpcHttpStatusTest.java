package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.testing.RawHttp2;
import dev.glimpse.testing.RawHttp2.Answer;
import glimpse.wire.v1.GenerateRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request is told that asks for a method of gRPC and does not speak it. */
@Timeout(60)
class GrpcHttpStatusTest {
    private static final byte[] MESSAGE = WireClient.frame(
                    false, GenerateRequest.newBuilder().setSteps(1).build().toByteArray())
            .getBytes();

    private final PlayedGenerator generator =
            new PlayedGenerator(stream -> stream.emit(new GenerationEvent.Finished(0, 0, 0)));
    private DoorServer server;
    private RawHttp2 client;

    @BeforeEach
    void connect() throws Exception {
        server = new DoorServer(generator);
        client = new RawHttp2(server.port());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/json",
                "application/grpcs",
                "application/grpc-web+json",
                "application/grpc-web-text",
                ""
            })
    void anotherContentTypeIsUnsupported(String contentType) throws Exception {
        Answer answer = answer("content-type", contentType);

        assertThat(answer.headers()).containsEntry(":status", "415").containsEntry("content-type", "text/plain");
        assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "Content-Type: " + contentType + " (expected: application/grpc, application/grpc-web+proto)\n");
        assertThat(generator.streams()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/grpc",
                "application/grpc+proto",
                "APPLICATION/gRPC",
                "application/grpc; charset=utf-8",
                "application/grpc+proto;v=1"
            })
    void gRpcIsKnownHoweverItIsWritten(String contentType) throws Exception {
        assertThat(answer("content-type", contentType).status()).isZero();
    }

    /** What a proxy makes of gRPC that knows nothing of it. */
    @ParameterizedTest
    @ValueSource(strings = {"application/grpc", "application/grpc+proto", "application/grpc+json"})
    void gRpcNeedsHttp2(String contentType) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + WireClient.GENERATE))
                .header("content-type", contentType)
                .POST(HttpRequest.BodyPublishers.ofByteArray(MESSAGE))
                .build();

        HttpResponse<String> answer = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(answer.body()).isEqualTo("HTTP/1.1 (expected: HTTP/2, or application/grpc-web+proto)\n");
        assertThat(generator.streams()).isEmpty();
    }

    @Test
    void anotherMethodIsNotAllowed() throws Exception {
        Answer answer = answer(":method", "GET");

        assertThat(answer.headers()).containsEntry(":status", "405").containsEntry("allow", "POST");
    }

    private Answer answer(String header, String value) throws Exception {
        return client.answer(client.call(WireClient.GENERATE, MESSAGE, header, value));
    }
}
