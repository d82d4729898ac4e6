package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import dev.glimpse.api.LiveService;
import dev.glimpse.api.grpc.WireClient.Outcome;
import glimpse.wire.v1.EditRequest;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.Interpolate;
import glimpse.wire.v1.PreviewKind;
import glimpse.wire.v1.SampleRequest;
import glimpse.wire.v1.SampleResponse;
import glimpse.wire.v1.Step;
import io.vertx.grpc.common.GrpcStatus;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whole pictures from the wire to the model that comes with the program. */
class GrpcSampleTest {
    private static final int STEPS = 3;
    private static final int COUNT = 2;
    private static LiveService live;
    private static DoorServer door;
    private static WireClient client;

    @BeforeAll
    static void start() throws Exception {
        live = new LiveService();
        door = new DoorServer(live.generator());
        client = new WireClient(door.port());
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        door.close();
        live.close();
    }

    @Test
    void finishedPicturesAreThoseThatGenerateStreamsLast() throws Exception {
        SampleResponse sampled =
                sample(SampleRequest.newBuilder().setGenerate(base()).build());
        List<Step> last = client.generate(base().build()).messages().stream()
                .filter(event -> event.hasStep() && event.getStep().getLast())
                .map(GenerateEvent::getStep)
                .sorted(Comparator.comparingInt(Step::getSample))
                .toList();
        assertThat(sampled.getPicturesList()).hasSize(COUNT).allMatch(Step::getLast);
        assertThat(sampled.getPicturesList()).extracting(Step::getSample).containsExactly(0, 1);
        assertThat(sampled.getPicturesList())
                .extracting(Step::getImage)
                .containsExactlyElementsOf(last.stream().map(Step::getImage).toList());
    }

    @Test
    void planAndCostAreToldAndNoPreviewIsPaidFor() throws Exception {
        SampleResponse sampled =
                sample(SampleRequest.newBuilder().setGenerate(base()).build());
        assertThat(sampled.getAccepted().getStepsCount()).isEqualTo(STEPS);
        assertThat(sampled.getAccepted().getPreview()).isEqualTo(PreviewKind.PREVIEW_KIND_NONE);
        assertThat(sampled.getAccepted().getResumeToken()).isNotEmpty();
        assertThat(sampled.getPicturesList()).extracting(Step::getNfe).containsOnly(STEPS);
        assertThat(sampled.getFinished().getNfe()).isEqualTo(COUNT * STEPS);
        assertThat(client.generate(base().build())
                        .messages()
                        .get(COUNT * STEPS + 1)
                        .getFinished()
                        .getNfe())
                .as("with previews")
                .isGreaterThan(COUNT * STEPS);
    }

    @Test
    void theTokenBringsTheSamePicturesAgainWithoutPreviews() throws Exception {
        SampleResponse sampled =
                sample(SampleRequest.newBuilder().setGenerate(base()).build());
        List<Step> again = client
                .generate(GenerateRequest.newBuilder()
                        .setResumeToken(sampled.getAccepted().getResumeToken())
                        .build())
                .messages()
                .stream()
                .filter(GenerateEvent::hasStep)
                .map(GenerateEvent::getStep)
                .toList();
        assertThat(again)
                .extracting(Step::getImage)
                .containsExactlyInAnyOrderElementsOf(
                        sampled.getPicturesList().stream().map(Step::getImage).toList());
    }

    @Test
    void editsComeWholeAsWell() throws Exception {
        EditRequest edit = EditRequest.newBuilder()
                .setGenerate(base())
                .setInterpolate(Interpolate.newBuilder().setToSeed(8))
                .build();
        SampleResponse sampled = sample(SampleRequest.newBuilder().setEdit(edit).build());
        Outcome<GenerateEvent> streamed = client.call(GlimpseGrpcClient.Edit, edit);
        assertThat(streamed.messages())
                .filteredOn(event -> event.hasStep() && event.getStep().getLast())
                .extracting(event -> event.getStep().getImage())
                .containsExactlyInAnyOrderElementsOf(
                        sampled.getPicturesList().stream().map(Step::getImage).toList());
    }

    @Test
    void whatOnlyAStreamCanShowIsRefusedByItsField() throws Exception {
        assertRefused(
                SampleRequest.newBuilder().setGenerate(base().setPreview(PreviewKind.PREVIEW_KIND_FREE)),
                "generate.preview",
                "preview: 2 (expected: 0 or 4, unspecified or none; Generate shows previews)");
        assertRefused(
                SampleRequest.newBuilder()
                        .setGenerate(GenerateRequest.newBuilder().setResumeToken("t")),
                "generate.resume_token",
                "resume_token: present (expected: absent; Generate takes it)");
        assertRefused(SampleRequest.newBuilder(), "request", "request: none (expected: one of generate, edit)");
    }

    @Test
    void whatNoModelCanServeIsRefusedAsEverywhere() throws Exception {
        assertRefused(
                SampleRequest.newBuilder().setGenerate(base().setSteps(0)),
                "generate.steps",
                "steps: 0 (expected: at least 1)");
        Outcome<SampleResponse> outcome = client.call(
                GlimpseGrpcClient.Sample,
                SampleRequest.newBuilder().setGenerate(base().setModel("none")).build());
        assertThat(outcome.code()).isEqualTo(GrpcStatus.NOT_FOUND.code);
    }

    private static GenerateRequest.Builder base() {
        return GenerateRequest.newBuilder()
                .setSeed(5)
                .setCount(COUNT)
                .setSteps(STEPS)
                .setClassIndex(1);
    }

    private static SampleResponse sample(SampleRequest request) throws Exception {
        Outcome<SampleResponse> outcome = client.call(GlimpseGrpcClient.Sample, request);
        assertThat(outcome.code()).as("%s", outcome.details()).isZero();
        assertThat(outcome.messages()).hasSize(1);
        return outcome.messages().get(0);
    }

    private static void assertRefused(SampleRequest.Builder request, String field, String message) throws Exception {
        Outcome<SampleResponse> outcome = client.call(GlimpseGrpcClient.Sample, request.build());
        assertThat(outcome.messages()).isEmpty();
        assertThat(outcome.code()).isEqualTo(GrpcStatus.INVALID_ARGUMENT.code);
        assertThat(outcome.details().getMessage()).isEqualTo(message);
        assertThat(field(outcome.details())).isEqualTo(field);
    }

    private static String field(Status status) throws Exception {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                return detail.unpack(BadRequest.class).getFieldViolations(0).getField();
            }
        }
        throw new AssertionError("no field is named: " + status);
    }
}
