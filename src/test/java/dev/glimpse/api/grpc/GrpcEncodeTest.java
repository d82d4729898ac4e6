package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.BadRequest;
import dev.glimpse.api.LiveService;
import dev.glimpse.api.grpc.WireClient.Outcome;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.EncodeEvent;
import glimpse.wire.v1.EncodeRequest;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.Latent;
import glimpse.wire.v1.OdeSolver;
import glimpse.wire.v1.Picture;
import glimpse.wire.v1.PlannedStep;
import glimpse.wire.v1.Sampler;
import glimpse.wire.v1.StepKind;
import io.vertx.grpc.common.GrpcStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pictures to noise and back over the wire, with the model that comes with the program. */
class GrpcEncodeTest {
    private static final int SIDE = 28;
    private static final int LABEL = 8;

    /**
     * Root mean square of a value in -1..1 between a picture and what comes back: 0.0057, less than one of 255 levels,
     * by 32 steps of Heun's method up and down, and 0.074 by 8 of the model's own jumps down, which are not as exact.
     */
    private static final double HEUN_TOLERANCE = 0.02;

    private static final double EXACT_TOLERANCE = 0.12;

    private static LiveService live;
    private static DoorServer door;
    private static WireClient client;
    private static byte[] bag;

    @BeforeAll
    static void start() throws Exception {
        live = new LiveService();
        door = new DoorServer(live.generator());
        client = new WireClient(door.port());
        bag = picture(client.generate(GenerateRequest.newBuilder()
                        .setSteps(8)
                        .setSeed(5)
                        .setClassIndex(LABEL)
                        .setImageFormat(ImageFormat.IMAGE_FORMAT_RAW_U8)
                        .build())
                .messages());
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        door.close();
        live.close();
    }

    @Test
    void everyStepUpIsToldAndTheLatentComesBeforeTheEnd() throws Exception {
        List<EncodeEvent> events = run(request().setSteps(5));
        List<PlannedStep> plan = events.get(0).getAccepted().getStepsList();
        assertThat(plan).hasSize(2 * 5);
        assertThat(plan).extracting(PlannedStep::getS).isSorted();
        assertThat(plan.get(1).getKind()).isEqualTo(StepKind.STEP_KIND_CORRECTION);
        assertThat(events.get(0).getAccepted().getLabelsList()).containsExactly(LABEL);
        assertThat(events).hasSize(1 + 2 * 5 - 1 + 2);
        for (int i = 1; i < 2 * 5; i++) {
            assertThat(events.get(i).getProgress().getStep()).isEqualTo(i);
            assertThat(events.get(i).getProgress().getNfe()).isEqualTo(i);
            assertThat(events.get(i).getProgress().getT())
                    .isEqualTo(plan.get(i - 1).getS());
        }
        Latent latent = latent(events);
        assertThat(latent.getT()).isEqualTo(plan.get(2 * 5 - 1).getS()).isEqualTo(80);
        assertThat(List.of(latent.getChannels(), latent.getHeight(), latent.getWidth()))
                .containsExactly(1, SIDE, SIDE);
        assertThat(latent.getData().size()).isEqualTo(SIDE * SIDE * Float.BYTES);
        assertThat(events.get(events.size() - 1).getFinished().getNfe()).isEqualTo(2 * 5);
    }

    @Test
    void noTokenIsGivenOutThatNothingTakes() throws Exception {
        assertThat(run(request().setSteps(2)).get(0).getAccepted().getResumeToken())
                .isEmpty();
    }

    @Test
    void eulerTakesHalfOfTheEvaluationsAndStopsWhereItIsTold() throws Exception {
        List<EncodeEvent> events =
                run(request().setSteps(6).setSolver(OdeSolver.ODE_SOLVER_EULER).setEndT(2));
        assertThat(events.get(events.size() - 1).getFinished().getNfe()).isEqualTo(6);
        assertThat(latent(events).getT()).isEqualTo(2);
    }

    @Test
    void decodingTheLatentGivesThePictureBack() throws Exception {
        Latent latent = latent(run(request().setSteps(32)));
        assertThat(deviation(latent)).isBetween(0.5 * 80, 1.5 * 80);
        double heun = distance(decoded(latent, Sampler.SAMPLER_HEUN, 32), bag);
        double exact = distance(decoded(latent, Sampler.SAMPLER_EXACT, 8), bag);
        assertThat(heun).isLessThan(HEUN_TOLERANCE);
        assertThat(exact).isLessThan(EXACT_TOLERANCE);
    }

    @Test
    void latentOnTheWayGivesThePictureBackToo() throws Exception {
        Latent latent = latent(run(request().setSteps(18).setEndT(1)));
        assertThat(distance(decoded(latent, Sampler.SAMPLER_HEUN, 18), bag)).isLessThan(HEUN_TOLERANCE);
    }

    @Test
    void samePictureGivesTheSameBytesAloneAndInCompany() throws Exception {
        ByteString alone = latent(run(request().setSteps(6))).getData();
        CompletableFuture<Void> running = new CompletableFuture<>();
        try (WireClient other = new WireClient(door.port())) {
            CompletableFuture<List<GenerateEvent>> company = other.generate(
                    GenerateRequest.newBuilder().setSteps(48).setCount(4).build(), event -> running.complete(null));
            running.get(30, TimeUnit.SECONDS);
            assertThat(latent(run(request().setSteps(6))).getData()).isEqualTo(alone);
            assertThat(company.isDone()).isFalse();
            company.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatCannotBeEncodedIsRefusedByItsField() throws Exception {
        assertRefused(
                request().clearLabel(),
                "label",
                "label: none (expected: class_index or class_name, as the model has classes and the picture is of one)");
        assertRefused(request().setImage(raw(new byte[3])), "image", "image: 3 bytes (expected: 784 = 28 x 28 x 1)");
        assertRefused(request().setEndT(0.001), "end_t", "end_t: 0.001 (expected: more than 0.002, at most 80.0)");
        assertRefused(request().setSteps(65), "steps", "steps: 65 (expected: 1..64)");
        assertRefused(request().setSolverValue(9), "solver", "solver: 9 (expected: 0..2)");
    }

    @Test
    void latentThatIsNoneIsRefusedByItsField() throws Exception {
        assertRefused(
                Latent.newBuilder().setData(ByteString.copyFrom(new byte[8])),
                "begin.data",
                "edit.data: 8 bytes (expected: 3136 = 4 x 1 x 28 x 28)");
        ByteBuffer nothing = ByteBuffer.allocate(SIDE * SIDE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ByteString zeros = ByteString.copyFrom(nothing.array());
        nothing.putFloat(0, Float.NaN);
        ByteString notANumber = ByteString.copyFrom(nothing.array());
        assertRefused(
                Latent.newBuilder().setData(notANumber),
                "begin.data",
                "edit.data: NaN (expected: finite numbers alone)");
        assertRefused(
                Latent.newBuilder().setData(zeros).setT(81),
                "begin.t",
                "edit.t: 81.0 (expected: more than 0.002, at most 80.0)");
        assertRefused(
                Latent.newBuilder().setData(zeros).setWidth(14),
                "begin.width",
                "edit.width: 14 (expected: 0 or 28, as of the model)");
    }

    @Test
    void deadlineThatIsTooShortEndsIt() throws Exception {
        Outcome<EncodeEvent> outcome = client.callWithin(
                GlimpseGrpcClient.Encode, request().setSteps(64).build(), 40);
        assertThat(outcome.code()).isEqualTo(GrpcStatus.DEADLINE_EXCEEDED.code);
    }

    private static void assertRefused(EncodeRequest.Builder request, String field, String message) throws Exception {
        assertRefused(client.call(GlimpseGrpcClient.Encode, request.build()), field, message);
    }

    private static void assertRefused(Latent.Builder latent, String field, String message) throws Exception {
        EditRequest request = EditRequest.newBuilder().setBegin(latent).build();
        assertRefused(client.call(GlimpseGrpcClient.Edit, request), field, message);
    }

    private static void assertRefused(Outcome<?> outcome, String field, String message) throws Exception {
        assertThat(outcome.messages()).isEmpty();
        assertThat(outcome.details().getMessage()).isEqualTo(message);
        Any detail = outcome.details().getDetailsList().stream()
                .filter(any -> any.is(BadRequest.class))
                .findFirst()
                .orElseThrow();
        assertThat(detail.unpack(BadRequest.class).getFieldViolations(0).getField())
                .isEqualTo(field);
    }

    private static List<EncodeEvent> run(EncodeRequest.Builder request) throws Exception {
        Outcome<EncodeEvent> outcome = client.call(GlimpseGrpcClient.Encode, request.build());
        assertThat(outcome.code()).as("%s", outcome.details()).isZero();
        return outcome.messages();
    }

    private static Latent latent(List<EncodeEvent> events) {
        EncodeEvent event = events.get(events.size() - 2);
        assertThat(event.hasLatent()).isTrue();
        return event.getLatent();
    }

    private static byte[] decoded(Latent latent, Sampler sampler, int steps) throws Exception {
        EditRequest request = EditRequest.newBuilder()
                .setGenerate(GenerateRequest.newBuilder()
                        .setSampler(sampler)
                        .setSteps(steps)
                        .setClassIndex(LABEL)
                        .setImageFormat(ImageFormat.IMAGE_FORMAT_RAW_U8))
                .setBegin(latent)
                .build();
        return picture(client.call(GlimpseGrpcClient.Edit, request).messages());
    }

    private static byte[] picture(List<GenerateEvent> events) {
        return events.stream()
                .filter(event -> event.hasStep() && event.getStep().getLast())
                .map(event -> event.getStep().getImage().toByteArray())
                .findFirst()
                .orElseThrow();
    }

    private static EncodeRequest.Builder request() {
        return EncodeRequest.newBuilder().setImage(raw(bag)).setClassIndex(LABEL);
    }

    private static Picture raw(byte[] pixels) {
        return Picture.newBuilder()
                .setData(ByteString.copyFrom(pixels))
                .setFormat(ImageFormat.IMAGE_FORMAT_RAW_U8)
                .build();
    }

    private static double deviation(Latent latent) {
        var values = latent.getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer();
        double squares = 0;
        for (int i = 0; i < values.limit(); i++) {
            squares += (double) values.get(i) * values.get(i);
        }
        return Math.sqrt(squares / values.limit());
    }

    private static double distance(byte[] a, byte[] b) {
        double squares = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = ((a[i] & 255) - (b[i] & 255)) / 127.5;
            squares += difference * difference;
        }
        return Math.sqrt(squares / a.length);
    }
}
