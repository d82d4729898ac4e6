package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import dev.glimpse.model.ModelSpec;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that go on another way. */
// What is granted follows from how long forwards take.
@Tag("alone")
@Timeout(60)
class SessionTest {
    private static final Requests GAMMA =
            Requests.steps(4).sampler(Sampler.GAMMA).preview(PreviewKind.NONE);

    private static GenerationStream admitted(Future<Submission> submission) {
        Submission answer = Core.await(submission);
        assertThat(answer).isInstanceOf(Submission.Admitted.class);
        return ((Submission.Admitted) answer).stream();
    }

    private static RefineRequest refine(GenerationStream stream, Refinement refinement) {
        return new RefineRequest(
                stream.accepted().requestId(), refinement, PreviewKind.NONE, ImageFormat.RAW_F32, Optional.empty());
    }

    private static Refinement from(int step, int branches, int steps, Sampler sampler) {
        return new Refinement(0, step, OptionalDouble.empty(), branches, plan(sampler, steps));
    }

    private static byte[] last(List<GenerationEvent> events, int sample) {
        Core.finished(events);
        return Core.frames(events).stream()
                .filter(frame -> frame.last() && frame.sample() == sample)
                .findFirst()
                .orElseThrow()
                .image();
    }

    private static PlanRequest plan(Sampler sampler, int steps) {
        return PlanRequest.of(Optional.of(sampler), OptionalDouble.empty(), steps);
    }

    /** A finished request of a new session, and one refinement of it. */
    private static List<GenerationEvent> refined(Core core, Refinement refinement) {
        GenerationSession session = core.generator().session();
        GenerationStream parent = admitted(session.submit(GAMMA.build()));
        Core.finished(Core.readAll(parent));
        return Core.readAll(admitted(session.refine(refine(parent, refinement))));
    }

    @Test
    void branchZeroWithTheSameStepsIsTheTrajectoryItself() {
        try (Core core = new Core(Settings.of(1))) {
            byte[] whole = last(core.run(GAMMA), 0);
            // The whole plan again: from the noise, with the same number of steps.
            assertThat(last(refined(core, from(0, 1, 4, Sampler.GAMMA)), 0)).isEqualTo(whole);
            assertThat(last(refined(core, from(0, 1, 2, Sampler.GAMMA)), 0)).isNotEqualTo(whole);
        }
    }

    @Test
    void refinementGoesOnFromTheStateAndCountsItsStepsFromThere() {
        try (Core core = new Core(Settings.of(1))) {
            GenerationSession session = core.generator().session();
            GenerationStream parent = admitted(session.submit(GAMMA.build()));
            Core.finished(Core.readAll(parent));
            int before = core.engine.forwards.size();
            GenerationStream child = admitted(session.refine(refine(parent, from(2, 1, 3, Sampler.EXACT))));
            assertThat(child.accepted().terms().fromStep()).isEqualTo(2);
            assertThat(child.accepted().plan().steps().get(0).t())
                    .isEqualTo(parent.accepted().plan().steps().get(2).t());
            List<GenerationEvent> events = Core.readAll(child);
            assertThat(Core.frames(events))
                    .extracting(GenerationEvent.Stepped::step)
                    .containsExactly(5);
            // The state was kept, so no step before it was taken again.
            assertThat(core.engine.forwards).hasSize(before + 3);
            assertThat(Core.finished(events).nfe()).isEqualTo(3);
        }
    }

    @Test
    void bytesDoNotDependOnWhetherTheStateWasKept() {
        byte[] kept;
        try (Core core = new Core(Settings.of(1))) {
            kept = last(refined(core, from(3, 2, 5, Sampler.GAMMA)), 1);
        }
        try (Core core = new Core(Settings.withoutStates())) {
            List<GenerationEvent> events = refined(core, from(3, 2, 5, Sampler.GAMMA));
            assertThat(last(events, 1)).isEqualTo(kept);
            assertThat(Core.finished(events).nfe()).isEqualTo(2 * (3 + 5));
        }
    }

    @Test
    void everyBranchHasNoiseOfItsOwn() {
        try (Core core = new Core(Settings.of(2))) {
            List<GenerationEvent> events = refined(core, from(1, 3, 4, Sampler.GAMMA));
            assertThat(last(events, 0)).isNotEqualTo(last(events, 1));
            assertThat(last(events, 1)).isNotEqualTo(last(events, 2));
            assertThat(last(events, 0)).isNotEqualTo(last(events, 2));
        }
    }

    @Test
    void finishedPictureIsLiftedToATimeAndRefinedFromThere() {
        try (Core core = new Core(Settings.of(1))) {
            double time = 1.5;
            List<GenerationEvent> parent = core.run(GAMMA);
            float[] x = Core.floats(last(parent, 0));
            Refinement again = new Refinement(0, 4, OptionalDouble.of(time), 1, plan(Sampler.EXACT, 1));
            float[] y = Core.floats(last(refined(core, again), 0));
            NoiseStream.raise(x, (float) Math.sqrt((time - 0.002) * (time + 0.002)), 7, 0, 4);
            for (int i = 0; i < x.length; i++) {
                assertThat(y[i])
                        .isCloseTo(
                                (float) GaussianEngine.jump(x[i], time, 0.002, 1),
                                org.assertj.core.data.Offset.offset(1e-4f));
            }
        }
    }

    @Test
    void refinementOfARefinementIsResumedElsewhereWithTheSameBytes() {
        byte[] whole;
        String token;
        try (Core core = new Core(Settings.of(1))) {
            GenerationSession session = core.generator().session();
            GenerationStream parent = admitted(session.submit(GAMMA.build()));
            GenerationStream child = admitted(session.refine(refine(parent, from(2, 3, 4, Sampler.GAMMA))));
            Refinement deeper = new Refinement(2, 3, OptionalDouble.of(30), 2, plan(Sampler.CM, 2));
            GenerationStream grandchild = admitted(session.refine(refine(child, deeper)));
            token = grandchild.accepted().terms().resumeToken();
            whole = last(Core.readAll(grandchild), 1);
            parent.cancel();
            child.cancel();
        }
        try (Core core = new Core(Settings.of(2))) {
            GenerationStream resumed = admitted(core.generator().resume(new ResumeRequest(token, Optional.empty())));
            assertThat(last(Core.readAll(resumed), 1)).isEqualTo(whole);
        }
    }

    @Test
    void generationOfAVersionThatGotOtherWeightsSinceIsNotRefined() {
        try (Core core = Core.withWeights("0123456789abcdef".repeat(4))) {
            GenerationSession session = core.generator().session();
            GenerationStream parent = admitted(session.submit(GAMMA.build()));
            Core.finished(Core.readAll(parent));
            Core.await(core.service.shelf().load(core.engine.source("other", "1")));
            Core.await(core.service.shelf().unload("garments", "1"));
            ModelSource again = core.engine.source("garments", "1");
            Core.await(core.service
                    .shelf()
                    .load(new ModelSource(
                            again.name(), again.version(), again.spec(), again.loader(), 0, "f".repeat(64))));
            assertThat(Core.await(session.refine(refine(parent, from(2, 1, 2, Sampler.GAMMA)))))
                    .isEqualTo(new Submission.Refused(new Failure.InvalidField(
                            "of", "of: made before garments/1 got other weights (expected: one made since)")));
            session.close();
        }
    }

    @Test
    void generationOfAVersionThatIsDescribedOtherwiseSinceIsNotRefined() {
        try (Core core = new Core(Settings.of(1))) {
            GenerationSession session = core.generator().session();
            GenerationStream parent = admitted(session.submit(GAMMA.build()));
            Core.finished(Core.readAll(parent));
            Core.await(core.service.shelf().load(core.engine.source("other", "1")));
            Core.await(core.service.shelf().unload("garments", "1"));
            ModelSpec spec = GaussianEngine.SPEC;
            ModelSpec flatter = new ModelSpec(1, 2, 3, spec.labels(), 0.002, 80, spec.sigmaData(), 3, true);
            Core.await(core.service.shelf().load(new ModelSource("garments", "1", flatter, core.engine)));
            assertThat(Core.await(session.refine(refine(parent, from(2, 1, 2, Sampler.GAMMA)))))
                    .isEqualTo(new Submission.Refused(new Failure.InvalidField(
                            "of", "of: made before garments/1 got another config.json (expected: one made since)")));
            session.close();
        }
    }

    /** Its states belong to the plan that was granted. */
    @Test
    void requestThatWasGrantedFewerStepsIsRefinedByThose() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            FlexibleRequestTest.runSlowly(core, 300);
            GenerationSession session = core.generator().session();
            GenerationStream parent = admitted(session.submit(Requests.steps(60)
                    .preview(PreviewKind.NONE)
                    .timeout(Duration.ofSeconds(3))
                    .flexible()
                    .build()));
            int granted = parent.accepted().plan().nfe();
            assertThat(granted).isBetween(2, 59);
            Core.finished(Core.readAll(parent));
            GenerationStream child = admitted(session.refine(refine(parent, from(1, 1, 2, Sampler.EXACT))));
            assertThat(child.accepted().plan().steps().get(0).t())
                    .isEqualTo(parent.accepted().plan().steps().get(1).t());
            Core.finished(Core.readAll(child));
            Submission beyond = Core.await(session.refine(refine(parent, from(granted + 1, 1, 1, Sampler.EXACT))));
            assertThat(((Submission.Refused) beyond).failure().message())
                    .isEqualTo("from_step: " + (granted + 1) + " (expected: 0.." + granted + ")");
        }
    }

    /** After a jump to the picture there is no state of the plan's any more. */
    @Test
    void bytesDoNotDependOnWhetherTheEndOfACutTrajectoryWasKept() throws Exception {
        List<byte[]> refined = new ArrayList<>();
        for (GenerationSettings settings : List.of(Settings.of(1), Settings.withoutStates())) {
            try (Core core = new Core(settings)) {
                core.engine.hold();
                GenerationSession session = core.generator().session();
                GenerationStream cut = admitted(session.submit(Requests.steps(60)
                        .preview(PreviewKind.NONE)
                        .timeout(Duration.ofSeconds(3))
                        .flexible()
                        .build()));
                core.engine.awaitForwards(1);
                Core.await(core.vertx.timer(1, TimeUnit.SECONDS));
                core.engine.letAllGo();
                List<GenerationEvent> events = Core.readAll(cut);
                assertThat(Core.frames(events).get(0).shortened()).isTrue();
                refined.add(last(
                        Core.readAll(admitted(session.refine(refine(cut, from(59, 1, 2, Sampler.EXACT))))), 0));
            }
        }
        assertThat(refined.get(1)).isEqualTo(refined.get(0));
    }

    @Test
    void picturesOfEditsAreForgottenBeforeTheyTakeTooMuchMemory() {
        try (Core core = new Core(Settings.withoutStates())) {
            GenerationSession session = core.generator().session();
            List<GenerationStream> streams = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                byte[] pixels = new byte[GaussianEngine.SPEC.dimension()];
                EditRequest stroke = new EditRequest.Stroke(
                        new EditRequest.Picture(pixels, ImageFormat.RAW_U8), OptionalDouble.of(20));
                streams.add(admitted(session.submit(GAMMA.seed(i).build().with(stroke))));
                Core.finished(Core.readAll(streams.get(i)));
            }
            assertThat(Core.await(session.refine(refine(streams.get(0), from(1, 1, 1, Sampler.EXACT)))))
                    .isInstanceOf(Submission.Refused.class);
            Core.finished(Core.readAll(admitted(session.refine(refine(streams.get(1), from(1, 1, 1, Sampler.EXACT))))));
        }
    }

    @Test
    void whatCannotBeRefinedIsNamed() {
        try (Core core = new Core(Settings.of(1))) {
            GenerationSession session = core.generator().session();
            GenerationStream parent = admitted(session.submit(GAMMA.build()));
            List<String> messages = new ArrayList<>();
            for (Refinement wrong : List.of(
                    from(5, 1, 2, Sampler.EXACT),
                    from(4, 1, 2, Sampler.EXACT),
                    new Refinement(1, 0, OptionalDouble.empty(), 1, plan(Sampler.EXACT, 1)),
                    new Refinement(0, 1, OptionalDouble.of(0.5), 1, plan(Sampler.EXACT, 1)),
                    from(3, 1, 65, Sampler.EXACT),
                    from(0, 17, 1, Sampler.EXACT))) {
                Submission refused = Core.await(session.refine(refine(parent, wrong)));
                messages.add(((Submission.Refused) refused).failure().message());
            }
            double reached = parent.accepted().plan().steps().get(0).nextT();
            assertThat(messages)
                    .containsExactly(
                            "from_step: 5 (expected: 0..4)",
                            "time: absent (expected: more than 0.002, at most 80.0)",
                            "sample: 1 (expected: 0..0)",
                            "time: 0.5 (expected: at least " + reached + ", at most 80.0)",
                            "steps: 65 (expected: 1..64)",
                            "branches: 17 (expected: 1..16)");
            parent.cancel();
        }
    }

    @Test
    void onlyTheNewestRequestsOfASessionCanBeRefined() {
        try (Core core = new Core(Settings.of(1))) {
            GenerationSession session = core.generator().session();
            List<GenerationStream> streams = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                streams.add(admitted(session.submit(GAMMA.seed(i).build())));
                Core.finished(Core.readAll(streams.get(i)));
            }
            RefineRequest forgotten = refine(streams.get(0), from(1, 1, 1, Sampler.EXACT));
            Submission refused = Core.await(session.refine(forgotten.called("mine")));
            // As the client knows it, which has never asked by the request id.
            assertThat(((Submission.Refused) refused).failure())
                    .isEqualTo(
                            new Failure.InvalidField("of", "of: mine (expected: one that this session still keeps)"));
            Core.finished(Core.readAll(admitted(session.refine(refine(streams.get(1), from(1, 1, 1, Sampler.EXACT))))));
            session.close();
            Submission closed = Core.await(session.refine(refine(streams.get(1), from(1, 1, 1, Sampler.EXACT))));
            assertThat(closed).isInstanceOf(Submission.Refused.class);
        }
    }

    @Test
    void pausedRequestLeavesTheDeviceAndGoesOnWithTheSameBytes() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            byte[] whole = last(core.run(GAMMA), 0);
            int before = core.engine.forwards.size();
            core.engine.hold();
            GenerationStream stream = admitted(core.generator().session().submit(GAMMA.build()));
            core.engine.awaitForwards(5);
            stream.pause();
            stream.pause();
            core.engine.letAllGo();
            Core.finished(core.run(Requests.steps(1).seed(1)));
            // The step that was under way, and the other request's.
            assertThat(core.engine.forwards).hasSize(before + 2);
            assertThat(Core.await(stream.proceed())).isEmpty();
            assertThat(Core.await(stream.proceed())).isEmpty();
            assertThat(last(Core.readAll(stream), 0)).isEqualTo(whole);
            assertThat(core.engine.forwards).hasSize(before + 5);
        }
    }

    @Test
    void statesTakeNoMoreMemoryThanTheyMayAndNoneAfterTheEnd() {
        SessionStates states = new SessionStates(100);
        for (int step = 1; step <= 10; step++) {
            states.keep("r", 0, new SessionStates.State(step, new float[4], new float[2]));
        }
        // Four of 24 bytes each.
        assertThat(states.find("r", 0, 6)).isEmpty();
        assertThat(states.find("r", 0, 7)).isPresent();
        assertThat(states.find("r", 0, 12).orElseThrow().steps()).isEqualTo(10);
        states.close();
        states.keep("r", 0, new SessionStates.State(1, new float[6], new float[0]));
        assertThat(states.find("r", 0, 10)).isEmpty();
    }

    @Test
    void sessionMayOutliveItsCore() {
        Core core = new Core(Settings.of(1));
        GenerationSession session = core.generator().session();
        Core.finished(Core.readAll(admitted(session.submit(GAMMA.build()))));
        core.close();

        session.close();
    }
}
