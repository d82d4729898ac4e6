package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.grpc.WireClient.Outcome;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.PreviewKind;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.SampleRequest;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls for whole pictures that end before there are any. */
class GrpcSampleEndsTest {
    private static final long RST_CANCEL = 8;
    private static final int WINDOW = 65_535;
    private static final Buffer MESSAGE = WireClient.frame(
            false,
            SampleRequest.newBuilder()
                    .setGenerate(GenerateRequest.getDefaultInstance())
                    .build()
                    .toByteArray());

    private final PlayedGenerator generator = new PlayedGenerator(stream -> {});
    private final DoorServer server = new DoorServer(generator);
    private final WireClient client = new WireClient(server.port());

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void clientThatLeavesFreesTheWork() throws Exception {
        HttpClientRequest call = client.open("/glimpse.v1.Glimpse/Sample", Map.of());
        client.await(() -> call.end(MESSAGE));
        ScriptedStream stream = admitted();
        client.await(() -> call.reset(RST_CANCEL));
        stream.cancelled().get(10, TimeUnit.SECONDS);
    }

    @Test
    void deadlineFreesTheWorkAndIsTold() throws Exception {
        Outcome<byte[]> outcome =
                client.finish(client.open("/glimpse.v1.Glimpse/Sample", Map.of("grpc-timeout", "1500m")), MESSAGE);
        assertThat(outcome.code()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
        admitted().cancelled().get(10, TimeUnit.SECONDS);
    }

    @Test
    void readerThatStalledIsCutOffAtTheDeadline() throws Exception {
        HttpClientRequest call = client.open("/glimpse.v1.Glimpse/Sample", Map.of("grpc-timeout", "1500m"));
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        client.await(() -> {
            call.response().onSuccess(response -> response.pause().exceptionHandler(end::complete));
            return call.end(MESSAGE);
        });
        ScriptedStream stream = admitted();
        stream.emit(PlayedGenerator.step(0, 1, true, new byte[2 * WINDOW])).emit(new GenerationEvent.Finished(1, 0, 1));
        assertThat(end.get(30, TimeUnit.SECONDS)).isInstanceOf(StreamResetException.class);
    }

    @Test
    void failureBehindSomePicturesIsAnErrorWithoutAnyOfThem() throws Exception {
        PlayedGenerator failing = new PlayedGenerator(stream -> stream.emit(PlayedGenerator.step(0, 1, true))
                .emit(new GenerationEvent.Failed(
                        new Failure.Unavailable("the device is gone", Duration.ofSeconds(1)))));
        try (DoorServer broken = new DoorServer(failing);
                WireClient asking = new WireClient(broken.port())) {
            Outcome<byte[]> outcome = asking.finish(asking.open("/glimpse.v1.Glimpse/Sample", Map.of()), MESSAGE);
            assertThat(outcome.code()).isEqualTo(GrpcStatus.UNAVAILABLE.code);
            assertThat(outcome.details().getMessage()).isEqualTo("the device is gone");
            assertThat(outcome.messages().get(0)).isEmpty();
        }
    }

    private ScriptedStream admitted() throws InterruptedException {
        ScriptedStream stream = generator.streams().poll(10, TimeUnit.SECONDS);
        assertThat(stream).isNotNull();
        assertThat(generator.requests().take().preview()).isEqualTo(PreviewKind.NONE);
        return stream;
    }
}
