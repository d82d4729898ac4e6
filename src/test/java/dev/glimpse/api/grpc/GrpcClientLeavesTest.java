package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.grpc.WireClient.Outcome;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationLimits;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.generation.Submission;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.StreamResetException;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

// Its bounds are of time.
@Tag("alone")
class GrpcClientLeavesTest {
    private static final long RST_CANCEL = 8;
    private static final int WINDOW = 65_535;
    private static final Buffer MESSAGE =
            WireClient.frame(false, GenerateRequest.getDefaultInstance().toByteArray());
    private static final ServiceMethod<HealthCheckResponse, HealthCheckRequest> CHECK = ServiceMethod.client(
            ServiceName.create("grpc.health.v1.Health"),
            "Check",
            GrpcMessageEncoder.encoder(),
            GrpcMessageDecoder.decoder(HealthCheckResponse.newBuilder()));

    private final PlayedGenerator generator = new PlayedGenerator(stream -> {});
    private DoorServer server;
    private CuttableWire wire;
    private WireClient client;

    @BeforeEach
    void open() throws Exception {
        server = new DoorServer(generator);
        wire = new CuttableWire(server.port());
        client = new WireClient(wire.port());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        wire.close();
        server.close();
    }

    @Test
    void resettingTheStreamCancelsTheWork() throws Exception {
        HttpClientRequest call = start(Map.of());
        ScriptedStream stream = admitted();

        client.await(() -> call.reset(RST_CANCEL));

        assertCancelled(stream);
    }

    @Test
    void workThatIsAdmittedAfterItsClientLeftIsCancelledAtOnce() throws Exception {
        LateGenerator late = new LateGenerator(generator);
        try (DoorServer slow = new DoorServer(late);
                WireClient hasty = new WireClient(slow.port())) {
            HttpClientRequest call = hasty.open(WireClient.GENERATE, Map.of());
            hasty.await(() -> call.end(MESSAGE));
            late.asked.get(30, TimeUnit.SECONDS);

            hasty.await(() -> call.reset(RST_CANCEL));
            late.admit.run();

            assertCancelled(admitted());
        }
    }

    @Test
    void losingTheConnectionCancelsTheWork() throws Exception {
        start(Map.of());
        ScriptedStream stream = admitted();

        wire.cut();

        assertCancelled(stream);
    }

    @Test
    void losingTheConnectionCancelsTheWorkOfEveryCallOnIt() throws Exception {
        start(Map.of());
        ScriptedStream first = admitted();
        start(Map.of());
        ScriptedStream second = admitted();

        wire.cut();

        assertCancelled(first);
        assertCancelled(second);
    }

    @Test
    void aPassedDeadlineCancelsTheWorkAndIsTheStatus() throws Exception {
        HttpClientRequest call = client.open(WireClient.GENERATE, Map.of("grpc-timeout", "1000m"));

        Outcome<byte[]> outcome = client.finish(call, MESSAGE);

        assertThat(outcome.code()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
        assertThat(outcome.details().getMessage())
                .isEqualTo("the deadline passed before the last picture was finished");
        assertCancelled(admitted());
    }

    @Test
    void aDeadlineThatHasPassedAlreadyStartsNoWork() throws Exception {
        HttpClientRequest call = client.open(WireClient.GENERATE, Map.of("grpc-timeout", "0n"));

        assertThat(client.finish(call, MESSAGE).code()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
        assertThat(generator.streams()).isEmpty();
    }

    @Test
    void aTimeoutThatIsNoTimeIsRefused() throws Exception {
        HttpClientRequest call = client.open(WireClient.GENERATE, Map.of("grpc-timeout", "soon"));

        Outcome<byte[]> outcome = client.finish(call, MESSAGE);

        assertThat(outcome.code()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(outcome.details().getMessage()).startsWith("grpc-timeout: soon (expected: ");
    }

    @Test
    void theClientsTimeoutReachesTheGeneratorWithinTheServersLimit() throws Exception {
        start(Map.of("grpc-timeout", "1500m"));
        start(Map.of("grpc-timeout", "99999999H"));

        assertThat(generator.requests().take().timeout()).contains(Duration.ofMillis(1500));
        assertThat(generator.requests().take().timeout())
                .contains(generator.limits().maxDuration());
    }

    @Test
    void aSlowReaderHasOneFrameInFlightAndGetsTheRestWhenItReads() throws Exception {
        HttpClientRequest call = start(Map.of());
        HttpClientResponse response = client.await(() -> call.response().onSuccess(HttpClientResponse::pause));
        ScriptedStream stream = admitted();
        byte[] large = new byte[2 * WINDOW];

        for (int step = 1; step <= 3; step++) {
            stream.emit(PlayedGenerator.step(0, step, step == 3, large));
        }
        stream.emit(new GenerationEvent.Finished(3, 0, 1));
        letTheServerDoWhatItCan();
        assertThat(stream.asked()).isEqualTo(1);

        Buffer body = client.await(() -> response.resume().body());
        assertThat(body.length()).isGreaterThan(3 * large.length);
        assertThat(stream.asked()).isEqualTo(4);
        assertThat(response.getTrailer("grpc-status")).isEqualTo("0");
    }

    @Test
    void aReaderThatStalledIsCutOffAtTheDeadline() throws Exception {
        HttpClientRequest call = start(Map.of("grpc-timeout", "1500m"));
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        client.await(() -> call.response().onSuccess(r -> r.pause().exceptionHandler(end::complete)));
        ScriptedStream stream = admitted();

        stream.emit(PlayedGenerator.step(0, 1, false, new byte[2 * WINDOW]));

        assertCancelled(stream);
        assertThat(end.get(30, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        StreamResetException.class,
                        reset -> assertThat(reset.getCode()).isEqualTo(RST_CANCEL));
    }

    /** A generator that admits when it is told to. */
    private static final class LateGenerator implements Generator {
        private final Generator generator;
        private final CompletableFuture<Void> asked = new CompletableFuture<>();
        private volatile Runnable admit = () -> {};

        private LateGenerator(Generator generator) {
            this.generator = generator;
        }

        @Override
        public Future<Submission> submit(GenerationRequest request) {
            Promise<Submission> answer = Promise.promise();
            Context context = Vertx.currentContext();
            admit = () -> context.runOnContext(v -> generator.submit(request).onComplete(answer));
            asked.complete(null);
            return answer.future();
        }

        @Override
        public Future<Submission> resume(ResumeRequest request) {
            return generator.resume(request);
        }

        @Override
        public GenerationSession session() {
            return generator.session();
        }

        @Override
        public List<ServedModel> models() {
            return generator.models();
        }

        @Override
        public GenerationLimits limits() {
            return generator.limits();
        }
    }

    private HttpClientRequest start(Map<String, String> headers) throws Exception {
        HttpClientRequest call = client.open(WireClient.GENERATE, headers);
        client.await(() -> call.end(MESSAGE));
        return call;
    }

    private ScriptedStream admitted() throws InterruptedException {
        ScriptedStream stream = generator.streams().poll(30, TimeUnit.SECONDS);
        assertThat(stream).isNotNull();
        return stream;
    }

    private static void assertCancelled(ScriptedStream stream) {
        assertThat(stream.cancelled()).succeedsWithin(Duration.ofSeconds(30));
    }

    /** The server has one event loop, so whatever it could do before these calls it has done after them. */
    private void letTheServerDoWhatItCan() throws Exception {
        try (WireClient other = new WireClient(server.port())) {
            for (int i = 0; i < 20; i++) {
                assertThat(other.call(CHECK, HealthCheckRequest.getDefaultInstance())
                                .code())
                        .isZero();
            }
        }
    }
}
