package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import dev.glimpse.api.grpc.WireClient.Outcome;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.image.ImageFormat;
import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcDoorTest {
    private PlayedGenerator generator = PlayedGenerator.playing();
    private DoorServer server = new DoorServer(generator);
    private WireClient client = new WireClient(server.port());

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void eventsArriveInTheirOrderAndTheCallEndsOk() throws Exception {
        Outcome<GenerateEvent> outcome = client.generate(
                GenerateRequest.newBuilder().setCount(2).setSteps(2).build());

        assertThat(outcome.code()).isEqualTo(GrpcStatus.OK.code);
        assertThat(outcome.messages())
                .extracting(GrpcDoorTest::summary)
                .containsExactly("accepted", "0-1", "1-1", "0-2 last", "1-2 last", "finished");
    }

    @Test
    void acceptedTellsThePlanTheModelAndTheNoiseKey() throws Exception {
        Outcome<GenerateEvent> outcome = client.generate(GenerateRequest.newBuilder()
                .setSeed(-1)
                .setSteps(2)
                .setClassName("Bag")
                .build());

        Accepted accepted = outcome.messages().get(0).getAccepted();
        assertThat(accepted.getModel()).isEqualTo("wardrobe");
        assertThat(accepted.getSeed()).isEqualTo(-1);
        assertThat(accepted.getLabelsList()).containsExactly(2);
        assertThat(accepted.getLabelNamesList()).containsExactly("Trouser", "Sneaker", "Bag");
        assertThat(accepted.getSteps(0).getT()).isEqualTo(80);
        assertThat(accepted.getSteps(1).getS()).isEqualTo(0.002);
        assertThat(List.of(accepted.getWidth(), accepted.getHeight(), accepted.getChannels()))
                .containsExactly(28, 28, 1);
    }

    @Test
    void anEmptyRequestHasTheDefaultsThatTheContractPromises() throws Exception {
        assertThat(client.generate(GenerateRequest.getDefaultInstance()).code()).isZero();

        assertThat(generator.requests().take())
                .isEqualTo(new GenerationRequest(
                        "",
                        "",
                        OptionalLong.empty(),
                        1,
                        Optional.empty(),
                        PlanRequest.of(Optional.empty(), OptionalDouble.empty(), 4),
                        PreviewKind.EXACT,
                        ImageFormat.PNG,
                        Optional.empty(),
                        Quality.FIXED,
                        true));
    }

    @Test
    void aStepTellsItsMeasurementsInMicroseconds() throws Exception {
        Outcome<GenerateEvent> outcome =
                client.generate(GenerateRequest.newBuilder().setSteps(1).build());

        var step = outcome.messages().get(1).getStep();
        assertThat(step.getForwardMicros()).isEqualTo(2_000);
        assertThat(step.getElapsedMicros()).isEqualTo(5_000);
        assertThat(step.getBatchRows()).isEqualTo(3);
        assertThat(step.getImage().toByteArray()).startsWith(0x89, 'P', 'N', 'G');
    }

    @Test
    void zeroStepsAreRefusedByName() throws Exception {
        assertInvalid(GenerateRequest.newBuilder().setSteps(0), "steps", "steps: 0 (expected: at least 1)");
    }

    @Test
    void gammaOutsideItsRangeIsRefusedByName() throws Exception {
        assertInvalid(GenerateRequest.newBuilder().setGamma(2), "gamma", "gamma: 2.0 (expected: 0..1)");
    }

    @Test
    void aCountBeyondJavasIntegersIsReadBackAsItWasWritten() throws Exception {
        assertInvalid(
                GenerateRequest.newBuilder().setCount(-1), "count", "count: 4294967295 (expected: at most 2147483647)");
    }

    @Test
    void unknownEnumNumbersAreRefusedByName() throws Exception {
        assertInvalid(GenerateRequest.newBuilder().setSamplerValue(9), "sampler", "sampler: 9 (expected: 0..5)");
        assertInvalid(GenerateRequest.newBuilder().setPreviewValue(9), "preview", "preview: 9 (expected: 0..4)");
        assertInvalid(
                GenerateRequest.newBuilder().setImageFormatValue(9),
                "image_format",
                "image_format: 9 (expected: 0..3)");
    }

    @Test
    void anUnknownClassIsRefusedByName() throws Exception {
        Outcome<GenerateEvent> outcome =
                client.generate(GenerateRequest.newBuilder().setClassName("Hat").build());

        assertThat(outcome.code()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(detail(outcome, BadRequest.class).getFieldViolations(0).getField())
                .isEqualTo("class_name");
        assertThat(outcome.details().getMessage()).contains("Hat", "Trouser, Sneaker, Bag");
    }

    @Test
    void anUnknownModelIsNotFoundAndTheServedOnesAreNamed() throws Exception {
        Outcome<GenerateEvent> outcome =
                client.generate(GenerateRequest.newBuilder().setModel("cats").build());

        assertThat(outcome.code()).isEqualTo(GrpcStatus.NOT_FOUND.code);
        assertThat(detail(outcome, ResourceInfo.class).getResourceName()).isEqualTo("cats");
        assertThat(outcome.details().getMessage()).isEqualTo("model: cats (expected: one of wardrobe/1)");
    }

    @Test
    void aFailureMidwayEndsTheCallWithItsStatusAfterTheFramesBefore() throws Exception {
        replace(new PlayedGenerator(stream -> stream.emit(PlayedGenerator.step(0, 1, false))
                .emit(new GenerationEvent.Failed(new Failure.Unavailable("lost a device", Duration.ofMillis(1500))))));

        Outcome<GenerateEvent> outcome = client.generate(GenerateRequest.getDefaultInstance());

        assertThat(outcome.messages()).extracting(GrpcDoorTest::summary).containsExactly("accepted", "0-1");
        assertThat(outcome.code()).isEqualTo(GrpcStatus.UNAVAILABLE.code);
        assertThat(detail(outcome, RetryInfo.class).getRetryDelay())
                .isEqualTo(com.google.protobuf.Duration.newBuilder()
                        .setSeconds(1)
                        .setNanos(500_000_000)
                        .build());
    }

    @Test
    void aBugInTheGeneratorIsAnInternalErrorThatTellsNothingOfTheInside() throws Exception {
        replace(new PlayedGenerator(stream -> {
            throw new IllegalStateException("secret");
        }));

        Outcome<GenerateEvent> outcome = client.generate(GenerateRequest.getDefaultInstance());

        assertThat(outcome.code()).isEqualTo(GrpcStatus.INTERNAL.code);
        assertThat(outcome.details().getMessage())
                .startsWith("internal error; the server's log has it under request ")
                .doesNotContain("secret");
    }

    private void assertInvalid(GenerateRequest.Builder request, String field, String message) throws Exception {
        Outcome<GenerateEvent> outcome = client.generate(request.build());

        assertThat(outcome.code()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(outcome.details().getMessage()).isEqualTo(message);
        assertThat(detail(outcome, BadRequest.class).getFieldViolationsList())
                .containsExactly(BadRequest.FieldViolation.newBuilder()
                        .setField(field)
                        .setDescription(message)
                        .build());
        assertThat(generator.requests()).isEmpty();
    }

    private void replace(PlayedGenerator other) throws Exception {
        close();
        generator = other;
        server = new DoorServer(other);
        client = new WireClient(server.port());
    }

    private static <M extends Message> M detail(Outcome<?> outcome, Class<M> type) throws Exception {
        for (Any detail : outcome.details().getDetailsList()) {
            if (detail.is(type)) {
                return detail.unpack(type);
            }
        }
        throw new AssertionError("no " + type.getSimpleName() + " in " + outcome.details());
    }

    private static String summary(GenerateEvent event) {
        return switch (event.getEventCase()) {
            case ACCEPTED -> "accepted";
            case FINISHED -> "finished";
            case STEP ->
                event.getStep().getSample() + "-" + event.getStep().getStep()
                        + (event.getStep().getLast() ? " last" : "");
            case EVENT_NOT_SET -> "nothing";
        };
    }
}
