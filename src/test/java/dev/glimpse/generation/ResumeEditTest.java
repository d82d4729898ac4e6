package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Edits whose client is killed and goes on elsewhere, and tokens of what is not here. */
@Timeout(60)
class ResumeEditTest {
    private static final int STEPS = 3;
    private static final EditRequest INPAINT = new EditRequest.Inpaint(picture(9), picture(1));
    private static final EditRequest STROKE = new EditRequest.Stroke(picture(40), OptionalDouble.of(20));
    private static final EditRequest INTERPOLATE = new EditRequest.Interpolate(8);

    private static EditRequest.Picture picture(int seed) {
        byte[] pixels = new byte[GaussianEngine.SPEC.dimension()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 100 * seed);
        }
        return new EditRequest.Picture(pixels, ImageFormat.RAW_U8);
    }

    private static GenerationRequest request(EditRequest edit) {
        return Requests.steps(STEPS)
                .count(2)
                .gamma(0.5)
                .preview(PreviewKind.FREE)
                .build()
                .with(edit);
    }

    private static GenerationStream opened(Submission submission) {
        assertThat(submission).isInstanceOf(Submission.Admitted.class);
        return ((Submission.Admitted) submission).stream();
    }

    private static Submission resume(Core core, String token, Optional<EditRequest> edit) {
        return Core.await(core.generator().resume(new ResumeRequest(token, Optional.empty(), edit)));
    }

    /** The token of a request whose client leaves at once. */
    private static String token(Core core, GenerationRequest request) {
        GenerationStream stream = opened(Core.await(core.generator().submit(request)));
        stream.cancel();
        return stream.accepted().terms().resumeToken();
    }

    static Stream<Arguments> editsAndFrames() {
        return Stream.of(INPAINT, STROKE, INTERPOLATE)
                .flatMap(edit -> IntStream.rangeClosed(0, 2 * STEPS - 1).mapToObj(taken -> Arguments.of(edit, taken)));
    }

    @ParameterizedTest
    @MethodSource("editsAndFrames")
    void editKilledAfterAnyFrameEndsWithTheSameBytesElsewhere(EditRequest edit, int taken) {
        List<ByteBuffer> whole;
        List<GenerationEvent> seen = new ArrayList<>();
        String token;
        try (Core first = Core.held()) {
            GenerationStream killed = opened(Core.await(first.generator().submit(request(edit))));
            while (seen.size() < taken) {
                // Each frame is taken before the next forward may end, so that none gives way to another.
                first.engine.letGo(seen.size() % 2 == 0 ? 1 : 0);
                seen.add(Core.next(killed));
            }
            token = taken == 0
                    ? killed.accepted().terms().resumeToken()
                    : ((GenerationEvent.Stepped) seen.get(taken - 1)).resumeToken();
            killed.cancel();
            first.engine.letAllGo();
            whole = Core.pictures(
                    Core.readAll(opened(Core.await(first.generator().submit(request(edit))))));
        }
        try (Core second = new Core(Settings.of(2))) {
            List<GenerationEvent> rest = Core.readAll(opened(resume(second, token, Optional.of(edit))));
            assertThat(Core.pictures(Stream.concat(seen.stream(), rest.stream()).toList()))
                    .isEqualTo(whole);
        }
    }

    @Test
    void tokenOfAnEditWithoutItsPicturesOrWithOthersIsRefused() {
        try (Core core = new Core(Settings.of(1))) {
            String token = token(core, request(INPAINT));
            assertThat(resume(core, token, Optional.empty()))
                    .isEqualTo(new Submission.Refused(new Failure.InvalidField(
                            "edit",
                            "edit: absent (expected: the edit that the token was given out for, with the same"
                                    + " pictures)")));
            EditRequest other = new EditRequest.Inpaint(picture(9), picture(2));
            assertThat(resume(core, token, Optional.of(other)))
                    .isEqualTo(new Submission.Refused(new Failure.ForeignToken("resume_token: with edit "
                            + EditDigest.of(other) + " (expected: edit " + EditDigest.of(INPAINT)
                            + ", with the same pictures byte for byte)")));
        }
    }

    @Test
    void tokenOfALatentIsOfThatLatentAlone() {
        try (Core core = new Core(Settings.of(1))) {
            String token = token(core, request(latent(1, 20)));
            for (EditRequest other : List.of(latent(2, 20), latent(1, 21))) {
                Submission refused = resume(core, token, Optional.of(other));
                assertThat(((Submission.Refused) refused).failure()).isInstanceOf(Failure.ForeignToken.class);
            }
            Core.finished(Core.readAll(opened(resume(core, token, Optional.of(latent(1, 20))))));
        }
    }

    private static EditRequest latent(int first, double time) {
        byte[] state = new byte[Float.BYTES * GaussianEngine.SPEC.dimension()];
        state[0] = (byte) first;
        return new EditRequest.Begin(state, new EditRequest.Shape(0, 0, 0), OptionalDouble.of(time));
    }

    @Test
    void tokenThatTellsAllNeedsNoEditAndTakesNoOther() {
        try (Core core = new Core(Settings.of(1))) {
            String path = token(core, request(INTERPOLATE));
            Core.finished(Core.readAll(opened(resume(core, path, Optional.empty()))));
            assertThat(resume(core, path, Optional.of(new EditRequest.Interpolate(9))))
                    .isInstanceOf(Submission.Refused.class);
            String plain = token(core, Requests.steps(2).build());
            assertThat(resume(core, plain, Optional.of(INPAINT)))
                    .isEqualTo(new Submission.Refused(new Failure.InvalidField(
                            "edit", "edit: present (expected: absent, as the token is of a request without one)")));
        }
    }

    @Test
    void sessionGoesOnWithAnEditAndRefinesIt() {
        GenerationRequest asked =
                Requests.steps(STEPS).count(2).preview(PreviewKind.NONE).build().with(INPAINT);
        try (Core core = new Core(Settings.of(1))) {
            GenerationSession session = core.generator().session();
            GenerationStream again = opened(Core.await(
                    session.resume(new ResumeRequest(token(core, asked), Optional.empty(), Optional.of(INPAINT)))));
            List<ByteBuffer> whole = Core.pictures(Core.readAll(again));
            assertThat(whole)
                    .isEqualTo(Core.pictures(
                            Core.readAll(opened(Core.await(core.generator().submit(asked))))));

            GenerationStream refined = refined(session, again, OptionalDouble.empty());
            assertThat(refined.accepted().plan().sampler()).isEqualTo(Sampler.CM);
            assertThat(Core.pictures(Core.readAll(refined))).containsExactly(whole.get(1));
            GenerationStream exact = refined(session, again, OptionalDouble.of(0));
            assertThat(exact.accepted().plan().sampler()).isEqualTo(Sampler.EXACT);
            assertThat(Core.pictures(Core.readAll(exact))).doesNotContain(whole.get(1));

            String token = refined.accepted().terms().resumeToken();
            assertThat(Core.pictures(Core.readAll(opened(resume(core, token, Optional.of(INPAINT))))))
                    .containsExactly(whole.get(1));
            session.close();
        }
    }

    /** The second picture of a request, from its noise on. */
    private static GenerationStream refined(GenerationSession session, GenerationStream of, OptionalDouble gamma) {
        return opened(Core.await(session.refine(new RefineRequest(
                of.accepted().requestId(),
                new Refinement(1, 0, OptionalDouble.empty(), 1, PlanRequest.of(Optional.empty(), gamma, STEPS)),
                PreviewKind.NONE,
                ImageFormat.RAW_F32,
                Optional.empty()))));
    }

    @Test
    void tokenOfAVersionThatWasPublishedAgainWithOtherWeightsIsRefused() {
        String before = "0123456789abcdef".repeat(4);
        String after = "fedcba9876543210".repeat(4);
        String token;
        try (Core first = Core.withWeights(before)) {
            token = token(first, Requests.steps(2).build());
            Core.finished(Core.readAll(opened(resume(first, token, Optional.empty()))));
        }
        try (Core second = Core.withWeights(after)) {
            assertThat(resume(second, token, Optional.empty()))
                    .isEqualTo(new Submission.Refused(new Failure.ForeignToken("resume_token: made with weights "
                            + before.substring(0, 16) + " of garments/1 (expected: weights " + after.substring(0, 16)
                            + ", as garments/1 has here)")));
        }
    }
}
