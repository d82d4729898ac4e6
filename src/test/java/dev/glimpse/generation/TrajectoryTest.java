package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.sampling.StepRequest;
import dev.glimpse.sampling.StepResult;
import dev.glimpse.scheduler.Batch;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One picture, whose steps the test takes. */
class TrajectoryTest {
    private static final int STEPS = 4;

    private final Trajectory trajectory = trajectory();

    private static Trajectory trajectory() {
        ModelCatalog catalog = new ModelCatalog(List.of(new GaussianEngine().source("garments", "1")));
        RequestResolver resolver = new RequestResolver(
                () -> catalog,
                Settings.of(1),
                new ResumeTokens(Settings.of(1).resume(), Settings.LIMITS, InstantSource.system()),
                new SecureRandom());
        Requests request = Requests.steps(STEPS).preview(PreviewKind.NONE).flexible();
        PlannedRequest planned = ((Resolution.Resolved) resolver.resolve(request.build())).request();
        return new Trajectory(new ActiveRequest(planned, new Audience(1, false)), 0);
    }

    private StepRequest begin(boolean finishNow) {
        return trajectory
                .begin(new Batch.Entry(1, trajectory.step(), 1, finishNow))
                .step();
    }

    private void land() {
        float[] pixels = new float[GaussianEngine.SPEC.dimension()];
        trajectory.advance(new StepResult(pixels, new float[0], pixels, null, 1), new Frame.Forward(1, 1, 1));
    }

    private void take(int steps) {
        for (int i = 0; i < steps; i++) {
            begin(false);
            land();
        }
    }

    @Test
    void stepThatIsCutGoesStraightToThePicture() {
        take(1);
        assertThat(begin(true).step().s()).isEqualTo(GaussianEngine.SPEC.sigmaMin());
        land();
        assertThat(trajectory.finished()).isTrue();
        assertThat(trajectory.step()).isEqualTo(2);
    }

    /** The scheduler decides anew: it holds a job of all steps, which must not be finished before. */
    @Test
    void cutThatFailedIsForgottenWhereThereIsTimeAgain() {
        take(1);
        begin(true);
        assertThat(trajectory.failed()).isTrue();
        assertThat(begin(false).step().s()).isGreaterThan(GaussianEngine.SPEC.sigmaMin());
        land();
        assertThat(trajectory.finished()).isFalse();
        take(STEPS - 2);
        assertThat(trajectory.finished()).isTrue();
        assertThat(trajectory.step()).isEqualTo(STEPS);
    }

    @Test
    void cutThatFailedIsMadeAgainWhereTimeIsStillShort() {
        take(1);
        StepRequest cut = begin(true);
        assertThat(trajectory.failed()).isTrue();
        StepRequest again = begin(true);
        assertThat(again).usingRecursiveComparison().isEqualTo(cut);
        land();
        assertThat(trajectory.finished()).isTrue();
    }
}
