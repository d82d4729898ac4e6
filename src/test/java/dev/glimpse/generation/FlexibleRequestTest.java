package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that would rather have fewer steps than none. */
// What is granted follows from how long forwards take.
@Tag("alone")
@Timeout(60)
class FlexibleRequestTest {
    private static final int STEPS = 60;
    private static final Requests PATIENT = Requests.steps(STEPS).preview(PreviewKind.NONE);
    private static final Requests HASTY = PATIENT.timeout(Duration.ofSeconds(3));

    /** Runs one forward, which takes that long. */
    static void runSlowly(Core core, long millis) throws InterruptedException {
        core.engine.hold();
        GenerationStream slow = core.open(Requests.steps(1).seed(1));
        core.engine.awaitForwards(1);
        Core.await(core.vertx.timer(millis, TimeUnit.MILLISECONDS));
        core.engine.letAllGo();
        Core.finished(Core.readAll(slow));
    }

    @Test
    void requestThatCannotEndInTimeIsPlannedWithFewerStepsAndToldSo() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            runSlowly(core, 300);
            GenerationStream stream = core.open(HASTY.flexible());
            int granted = stream.accepted().plan().nfe();
            assertThat(granted).isBetween(1, STEPS - 1);
            assertThat(stream.accepted().terms().shortened()).isTrue();
            List<GenerationEvent> events = Core.readAll(stream);
            assertThat(Core.finished(events).nfe()).isEqualTo(granted);
            GenerationEvent.Stepped last = Core.frames(events).get(0);
            assertThat(last.shortened()).isTrue();
            assertThat(last.step()).isEqualTo(granted);
        }
    }

    /** One picture's steps would end in time. */
    @Test
    void requestOfManyPicturesIsPlannedWithTheStepsThatAllOfThemHaveTimeFor() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            runSlowly(core, 300);
            Requests many = Requests.steps(16).count(16).preview(PreviewKind.NONE);
            GenerationStream stream =
                    core.open(many.timeout(Duration.ofSeconds(10)).flexible());
            assertThat(stream.accepted().terms().shortened()).isTrue();
            int granted = stream.accepted().plan().nfe();
            assertThat(granted).isBetween(1, 15);
            List<GenerationEvent> events = Core.readAll(stream);
            assertThat(Core.pictures(events)).hasSize(16);
            assertThat(Core.finished(events).nfe()).isEqualTo(16 * granted);
        }
    }

    private static void assertForeseen(boolean reachable, Submission submission) {
        assertThat(submission).isInstanceOf(Submission.Refused.class);
        Failure failure = ((Submission.Refused) submission).failure();
        assertThat(failure).isInstanceOf(Failure.DeadlineExceeded.class);
        assertThat(((Failure.DeadlineExceeded) failure).reachable()).isEqualTo(reachable);
        assertThat(failure.message())
                .matches(
                        "the deadline is in \\d+ ms \\(expected: at least the \\d+ ms that the request is foreseen to take"
                                + (reachable ? "\\)" : ", even on an idle server\\)"));
    }

    @Test
    void requestThatWantsEveryStepIsRefusedInstead() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            runSlowly(core, 300);
            assertForeseen(false, core.submit(HASTY));
        }
    }

    @Test
    void requestThatIsTooLateForOthersIsNotToldThatItAsksForTooMuch() throws Exception {
        try (Core core = new Core(Settings.inTurn())) {
            core.engine.pace(Duration.ofMillis(50));
            Core.finished(core.run(Requests.steps(1).seed(1)));
            core.engine.hold();
            Requests large = Requests.steps(64).preview(PreviewKind.NONE).count(4);
            List<GenerationStream> others = LongStream.range(2, 6)
                    .mapToObj(seed -> core.open(large.seed(seed)))
                    .toList();
            Requests small = Requests.steps(2).preview(PreviewKind.NONE).timeout(Duration.ofSeconds(10));
            assertForeseen(true, core.submit(small));
            others.forEach(GenerationStream::cancel);
            core.engine.letAllGo();
        }
    }

    @Test
    void requestThatRunsOutOfTimeJumpsToItsPicture() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream stream = core.open(HASTY.flexible());
            core.engine.awaitForwards(1);
            assertThat(stream.accepted().terms().shortened()).isFalse();
            Core.await(core.vertx.timer(1, TimeUnit.SECONDS));
            core.engine.letAllGo();
            List<GenerationEvent> events = Core.readAll(stream);
            GenerationEvent.Stepped last = Core.frames(events).get(0);
            assertThat(last.last()).isTrue();
            assertThat(last.shortened()).isTrue();
            assertThat(last.step()).isLessThan(STEPS);
            assertThat(last.s()).isEqualTo(GaussianEngine.SPEC.sigmaMin());
            assertThat(Core.finished(events).nfe()).isEqualTo(last.step());
        }
    }

    /** What the client chose is not chosen anew, but may still be cut off. */
    @Test
    void requestWithKnotsOfItsOwnIsCutOnlyOnceItRuns() throws Exception {
        List<Double> times = IntStream.rangeClosed(0, STEPS)
                .mapToObj(i -> 80 - i * (80 - GaussianEngine.SPEC.sigmaMin()) / STEPS)
                .toList();
        try (Core core = new Core(Settings.of(1))) {
            core.engine.pace(Duration.ofMillis(300));
            Core.finished(core.run(Requests.steps(1).seed(1)));
            GenerationStream stream =
                    core.open(HASTY.knots(new Knots.Times(times)).flexible());
            assertThat(stream.accepted().plan().nfe()).isEqualTo(STEPS);
            assertThat(stream.accepted().terms().shortened()).isFalse();
            GenerationEvent.Stepped last = Core.frames(Core.readAll(stream)).get(0);
            assertThat(last.shortened()).isTrue();
            assertThat(last.step()).isLessThan(STEPS);
        }
    }

    @Test
    void requestWithTimeEnoughHasTheSameBytesAsAnyOther() {
        try (Core core = new Core(Settings.of(1))) {
            assertThat(Core.pictures(core.run(PATIENT.flexible()))).isEqualTo(Core.pictures(core.run(PATIENT)));
        }
    }

    @Test
    void heunIsNotCutShort() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            runSlowly(core, 300);
            assertForeseen(false, core.submit(HASTY.sampler(Sampler.HEUN).flexible()));
        }
    }
}
