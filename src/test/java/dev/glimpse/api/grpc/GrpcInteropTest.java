package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.Submission;
import dev.glimpse.testing.GrpcJava;
import dev.glimpse.testing.GrpcJava.Outcome;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of gRPC's interoperability tests that fit this service's methods, with gRPC's own client. */
@Timeout(120)
class GrpcInteropTest {
    private static final MethodDescriptor<GenerateRequest, GenerateEvent> GENERATE = GrpcJava.method(
            MethodType.SERVER_STREAMING,
            "glimpse.v1.Glimpse/Generate",
            GenerateRequest.parser(),
            GenerateEvent.parser());
    private static final MethodDescriptor<SessionRequest, SessionEvent> SESSION = GrpcJava.method(
            MethodType.BIDI_STREAMING, "glimpse.v1.Glimpse/Session", SessionRequest.parser(), SessionEvent.parser());
    private static final Metadata.Key<String> ENCODING =
            Metadata.Key.of("grpc-encoding", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);
    private static final GenerateRequest REQUEST =
            GenerateRequest.newBuilder().setSteps(2).build();
    private static final int SOAK = 2_000;
    private static final int AT_ONCE = 20;

    private final ScriptedGenerator generator = new ScriptedGenerator();
    private DoorServer server;
    private GrpcJava client;

    @BeforeEach
    void open() {
        server = new DoorServer(generator);
        client = new GrpcJava(server.port());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void cancelAfterBegin() throws Exception {
        GrpcJava.Call<SessionRequest, SessionEvent> call = client.open(SESSION, CallOptions.DEFAULT, new Metadata());
        var session = generator.opened();
        call.sending().cancel("enough", null);

        assertThat(call.outcome().status().getCode()).isEqualTo(Code.CANCELLED);
        assertThat(session.closed()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    void cancelAfterFirstResponse() throws Exception {
        GrpcJava.Call<GenerateRequest, GenerateEvent> call = ask(CallOptions.DEFAULT);
        call.first().get(20, TimeUnit.SECONDS);
        call.sending().cancel("enough", null);

        assertThat(call.outcome().status().getCode()).isEqualTo(Code.CANCELLED);
        assertThat(generator.stream().cancelled()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    void timeoutOnSleepingServer() throws Exception {
        GrpcJava.Call<GenerateRequest, GenerateEvent> call =
                ask(CallOptions.DEFAULT.withDeadlineAfter(2, TimeUnit.SECONDS));

        assertThat(call.outcome().status().getCode()).isEqualTo(Code.DEADLINE_EXCEEDED);
        assertThat(generator.stream().cancelled()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    void emptyStream() throws Exception {
        GrpcJava.Call<SessionRequest, SessionEvent> call = client.open(SESSION, CallOptions.DEFAULT, new Metadata());
        call.sending().halfClose();

        assertThat(call.outcome().status().getCode()).isEqualTo(Code.OK);
        assertThat(call.outcome().messages()).isEmpty();
    }

    @Test
    void customMetadata() throws Exception {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("x-grpc-test-echo-initial", Metadata.ASCII_STRING_MARSHALLER), "initial value");
        metadata.put(
                Metadata.Key.of("x-grpc-test-echo-trailing-bin", Metadata.BINARY_BYTE_MARSHALLER),
                new byte[] {(byte) 0xab, 0, (byte) 0xab});
        GrpcJava.Call<GenerateRequest, GenerateEvent> call = client.open(GENERATE, CallOptions.DEFAULT, metadata);
        call.sending().sendMessage(GenerateRequest.newBuilder().setSteps(0).build());
        call.sending().halfClose();

        Status details = Status.parseFrom(call.outcome().trailers().get(DETAILS));
        assertThat(details.getCode()).isEqualTo(Code.INVALID_ARGUMENT.value());
        assertThat(details.getMessage()).isEqualTo(call.outcome().status().getDescription());
    }

    @Test
    void specialStatusMessage() throws Exception {
        String special = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈 and 100%\t\n";
        refuse(new Failure.InvalidField("label", special));

        assertThat(ask(CallOptions.DEFAULT).outcome().status().getDescription()).isEqualTo(special);
    }

    @ParameterizedTest
    @MethodSource
    void statusCodeAndMessage(Failure failure, Code code) throws Exception {
        refuse(failure);

        Outcome<GenerateEvent> outcome = ask(CallOptions.DEFAULT).outcome();
        assertThat(outcome.status().getCode()).isEqualTo(code);
        assertThat(outcome.status().getDescription()).isEqualTo(failure.message());
        assertThat(outcome.messages()).isEmpty();
    }

    static Stream<Arguments> statusCodeAndMessage() {
        return Stream.of(
                Arguments.of(new Failure.InvalidField("steps", "steps: 0 (expected: 1..64)"), Code.INVALID_ARGUMENT),
                Arguments.of(new Failure.ModelNotFound("shoes", List.of("shapes/1")), Code.NOT_FOUND),
                Arguments.of(new Failure.Overloaded(Duration.ofSeconds(3)), Code.RESOURCE_EXHAUSTED),
                Arguments.of(
                        new Failure.QuotaExceeded("tenant:a", "no more", Optional.empty()), Code.RESOURCE_EXHAUSTED),
                Arguments.of(new Failure.DeadlineExceeded(), Code.DEADLINE_EXCEEDED),
                Arguments.of(new Failure.Cancelled(), Code.CANCELLED),
                Arguments.of(new Failure.Unavailable("going", Duration.ofSeconds(1)), Code.UNAVAILABLE),
                Arguments.of(new Failure.Internal("r-7"), Code.INTERNAL));
    }

    @Test
    void largeMessages() throws Exception {
        byte[] large = new byte[3 << 20];
        Arrays.fill(large, large.length / 2, large.length, (byte) 7);
        GrpcJava.Call<GenerateRequest, GenerateEvent> call = ask(CallOptions.DEFAULT);
        ScriptedStream stream = generator.stream();
        stream.emit(ScriptedGenerator.stepped(0, 1, ScriptedGenerator.plan(2), large))
                .emit(new GenerationEvent.Finished(1, 0, 1));

        Outcome<GenerateEvent> outcome = call.outcome();
        assertThat(outcome.status().getCode()).isEqualTo(Code.OK);
        assertThat(outcome.messages().get(1).getStep().getImage().toByteArray()).isEqualTo(large);
    }

    @ParameterizedTest
    @EnumSource(names = "UNRECOGNIZED", mode = EnumSource.Mode.EXCLUDE)
    void picturesAreNotCompressedAsThatCostsTheEventLoopMoreThanItSaves(ImageFormat format) throws Exception {
        byte[] pixels = new byte[10_000];
        GrpcJava.Call<GenerateRequest, GenerateEvent> call =
                client.ask(GENERATE, REQUEST.toBuilder().setImageFormat(format).build(), CallOptions.DEFAULT);
        generator.stream()
                .emit(ScriptedGenerator.stepped(0, 1, ScriptedGenerator.plan(2), pixels))
                .emit(new GenerationEvent.Finished(1, 0, 1));

        Outcome<GenerateEvent> outcome = call.outcome();
        assertThat(outcome.status().getCode()).isEqualTo(Code.OK);
        assertThat(outcome.headers().get(ENCODING)).isNull();
        assertThat(outcome.messages().get(1).getStep().getImage().toByteArray()).isEqualTo(pixels);
    }

    @Test
    void clientCompressedUnary() throws Exception {
        generator.answer(request -> Future.succeededFuture(new Submission.Refused(new Failure.DeadlineExceeded())));
        ask(CallOptions.DEFAULT.withCompression("gzip")).outcome();

        assertThat(generator.request().plan().steps()).isEqualTo(2);
    }

    @Test
    void unimplementedMethodAndService() throws Exception {
        for (String name : List.of("glimpse.v1.Glimpse/Imagine", "grpc.testing.TestService/EmptyCall")) {
            var method = GrpcJava.method(
                    MethodType.SERVER_STREAMING, name, GenerateRequest.parser(), GenerateEvent.parser());
            assertThat(client.ask(method, REQUEST, CallOptions.DEFAULT)
                            .outcome()
                            .status()
                            .getCode())
                    .isEqualTo(Code.UNIMPLEMENTED);
        }
    }

    @Test
    void soak() throws Exception {
        List<GrpcJava.Call<GenerateRequest, GenerateEvent>> running = new ArrayList<>();
        for (int i = 0; i < SOAK; i++) {
            running.add(ask(CallOptions.DEFAULT));
            generator.stream().emit(new GenerationEvent.Finished(0, 0, 0));
            if (running.size() == AT_ONCE) {
                for (GrpcJava.Call<GenerateRequest, GenerateEvent> call : running) {
                    assertThat(call.outcome().status().getCode()).isEqualTo(Code.OK);
                }
                running.clear();
            }
        }
        assertThat(running).isEmpty();
    }

    private GrpcJava.Call<GenerateRequest, GenerateEvent> ask(CallOptions options) {
        return client.ask(GENERATE, REQUEST, options);
    }

    private void refuse(Failure failure) {
        generator.answer(request -> Future.succeededFuture(new Submission.Refused(failure)));
    }
}
