package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import dev.glimpse.api.grpc.WireClient.Outcome;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcProtocolAbuseTest {
    private static final byte[] REQUEST =
            GenerateRequest.newBuilder().setSteps(1).build().toByteArray();
    private static final Buffer MESSAGE = WireClient.frame(false, REQUEST);
    private static final String SERVED = " (expected: one of glimpse.v1.Glimpse, grpc.health.v1.Health,"
            + " grpc.reflection.v1.ServerReflection, grpc.reflection.v1alpha.ServerReflection)";

    private final PlayedGenerator generator = PlayedGenerator.playing();
    private DoorServer server;
    private WireClient client;

    @BeforeEach
    void open() {
        server = new DoorServer(generator);
        client = new WireClient(server.port());
    }

    @AfterEach
    void theServerStillAnswersOnTheSameConnection() throws Exception {
        assertThat(client.generate(GenerateRequest.getDefaultInstance()).code()).isZero();
        client.close();
        server.close();
    }

    @Test
    void anUnknownEncodingIsUnimplementedAndTheKnownOnesAreNamed() throws Exception {
        HttpClientRequest call = client.open(WireClient.GENERATE, Map.of("grpc-encoding", "deflate"));

        HttpClientResponse response = client.await(() -> call.end(WireClient.frame(true, REQUEST))
                .compose(v -> call.response())
                .compose(r -> r.end().map(r)));

        assertThat(response.getHeader("grpc-status")).isEqualTo("12");
        assertThat(response.getHeader("grpc-message")).isEqualTo("grpc-encoding: deflate (expected: identity or gzip)");
        assertThat(response.getHeader("grpc-accept-encoding")).isEqualTo("identity,gzip");
    }

    @Test
    void aPackedRequestIsUnpacked() throws Exception {
        assertThat(send(Map.of("grpc-encoding", "gzip"), WireClient.frame(true, gzip(REQUEST)))
                        .code())
                .isZero();
        assertThat(generator.requests().take().plan().steps()).isEqualTo(1);
    }

    @Test
    void aSmallMessageThatUnpacksToALargeOneIsRefused() throws Exception {
        byte[] bomb = gzip(new byte[10_000_000]);

        Outcome<byte[]> outcome = send(Map.of("grpc-encoding", "gzip"), WireClient.frame(true, bomb));

        assertThat(bomb.length).isLessThan(DoorServer.MAX_MESSAGE_BYTES);
        assertRefused(outcome, GrpcStatus.RESOURCE_EXHAUSTED, "more, once unpacked (expected: at most 65536 bytes)");
    }

    @Test
    void aMessageThatIsNotPackedAsItsHeaderSaysIsAnInternalError() throws Exception {
        assertRefused(
                send(Map.of("grpc-encoding", "gzip"), WireClient.frame(true, REQUEST)),
                GrpcStatus.INTERNAL,
                "compressed otherwise than grpc-encoding says");
    }

    @Test
    void aPackedMessageWithoutAnEncodingIsAnInternalError() throws Exception {
        assertRefused(
                send(Map.of(), WireClient.frame(true, gzip(REQUEST))),
                GrpcStatus.INTERNAL,
                "compressed otherwise than grpc-encoding says");
    }

    @Test
    void aCallWithoutAMessageIsRefused() throws Exception {
        assertRefused(send(Map.of(), Buffer.buffer()), GrpcStatus.INVALID_ARGUMENT, "no message (expected: one)");
    }

    @Test
    void aMessageThatBreaksOffIsRefused() throws Exception {
        Buffer half = MESSAGE.slice(0, MESSAGE.length() - 1);

        assertRefused(send(Map.of(), half), GrpcStatus.INVALID_ARGUMENT, "no message (expected: one)");
    }

    @Test
    void aSecondMessageIsRefused() throws Exception {
        Buffer twice = MESSAGE.copy().appendBuffer(MESSAGE);

        assertRefused(send(Map.of(), twice), GrpcStatus.INVALID_ARGUMENT, "a second message (expected: one)");
    }

    @Test
    void bytesThatAreNoRequestAreRefused() throws Exception {
        Buffer garbage = WireClient.frame(false, new byte[] {-1, -1, -1});

        assertRefused(send(Map.of(), garbage), GrpcStatus.INVALID_ARGUMENT, "not a message of this method's type");
    }

    @Test
    void aMessageBeyondTheBoundIsRefused() throws Exception {
        Buffer large = WireClient.frame(false, new byte[DoorServer.MAX_MESSAGE_BYTES + 1]);

        assertRefused(
                send(Map.of(), large), GrpcStatus.RESOURCE_EXHAUSTED, "65537 bytes (expected: at most 65536 bytes)");
    }

    @Test
    void aMethodThatDoesNotExistIsUnimplemented() throws Exception {
        assertUnimplemented(
                client.open("/glimpse.v1.Glimpse/Imagine", Map.of()),
                "method: Imagine (expected: one of Edit, Encode, Generate, GetModel, Likelihood, ListModels, Sample,"
                        + " Session)");
    }

    @Test
    void aServiceThatDoesNotExistIsUnimplemented() throws Exception {
        assertUnimplemented(
                client.open("/glimpse.v2.Glimpse/Generate", Map.of()), "service: glimpse.v2.Glimpse" + SERVED);
        assertUnimplemented(client.open("/", Map.of()), "service: " + SERVED);
    }

    @Test
    void theServiceOfOperatorsIsSoughtAtAnotherPort() throws Exception {
        assertUnimplemented(
                client.open("/glimpse.v1.Admin/Drain", Map.of()),
                "service: glimpse.v1.Admin" + SERVED.replace("one of", "at the admin port; here one of"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/grpc+json", "application/grpc+thrift"})
    void messagesThatAreNoProtobufAreUnimplemented(String type) throws Exception {
        assertUnimplemented(
                client.open(WireClient.GENERATE, Map.of("content-type", type)),
                "content-type: " + type + " (expected: application/grpc or application/grpc+proto)");
    }

    private void assertUnimplemented(HttpClientRequest call, String message) throws Exception {
        Outcome<byte[]> outcome = client.finish(call, MESSAGE);

        assertRefused(outcome, GrpcStatus.UNIMPLEMENTED, message);
        assertThat(outcome.details().getMessage()).isEqualTo(message);
        assertThat(outcome.details().getDetails(0).unpack(ErrorInfo.class).getReason())
                .isEqualTo("PROTOCOL");
    }

    @Test
    void metadataUpToTheBoundAreTakenAndThoseBeyondItRefused() throws Exception {
        int bound = GrpcDoor.MAX_METADATA_BYTES;
        assertThat(send(Map.of("filler", "x".repeat(bound - 1024)), MESSAGE).code())
                .isZero();
        assertThat(generator.requests().take()).isNotNull();

        Outcome<byte[]> refused = send(Map.of("filler", "x".repeat(2 * bound - 1024)), MESSAGE);

        assertRefused(refused, GrpcStatus.RESOURCE_EXHAUSTED, "bytes (expected: at most 32768 bytes, with 32 for each");
        assertThat(refused.details().getMessage()).startsWith("metadata: 6");
    }

    private Outcome<byte[]> send(Map<String, String> headers, Buffer body) throws Exception {
        return client.finish(client.open(WireClient.GENERATE, headers), body);
    }

    private void assertRefused(Outcome<byte[]> outcome, GrpcStatus status, String message) {
        assertThat(outcome.code()).isEqualTo(status.code);
        assertThat(outcome.details().getMessage()).contains(message);
        assertThat(generator.requests()).isEmpty();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }
}
