package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.math.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that would rather have fewer steps than none. */
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

    private static void assertForeseen(Submission submission) {
        assertThat(submission)
                .isInstanceOfSatisfying(
                        Submission.Refused.class,
                        refused -> assertThat(refused.failure())
                                .isInstanceOf(Failure.DeadlineExceeded.class)
                                .extracting(Failure::message)
                                .asString()
                                .matches(
                                        "the deadline is in \\d+ ms \\(expected: at least the \\d+ ms that the request is"
                                                + " foreseen to take\\)"));
    }

    @Test
    void requestThatWantsEveryStepIsRefusedInstead() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            runSlowly(core, 300);
            assertForeseen(core.submit(HASTY));
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
            assertForeseen(core.submit(HASTY.sampler(Sampler.HEUN).flexible()));
        }
    }
}
