package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A queue that stands, as nothing takes its steps. */
class QueueGuardTest {
    private static final long SECOND = 1_000_000_000;
    private static final long NOW = -5 * SECOND;
    private static final SchedulerSettings SETTINGS = new SchedulerSettings(1, 1, 2, 1000, 0.5, SECOND, 8);

    private final StepScheduler scheduler = new StepScheduler(SETTINGS, SchedulerListener.NONE);

    /** By RFC 8289, section 5: the longer it stands, the sooner the next one goes. */
    @Test
    void requestsAreShedAtIntervalsThatShrinkWithTheRootOfTheirNumber() {
        for (int id = 0; id < 6; id++) {
            JobTerms terms = new JobTerms(Rank.STANDARD, "", 1, false);
            scheduler.admit(List.of(new Job(id, List.of(1, 1), NOW + 1000 * SECOND, terms)), NOW);
        }
        double interval = SETTINGS.tuning().guardIntervalNanos();
        long above = NOW + SETTINGS.tuning().guardTargetNanos() + 1;
        assertThat(scheduler.shed(above)).isEmpty();

        long due = above + Math.round(interval);
        for (int shed = 0; shed < 4; shed++) {
            assertThat(scheduler.shed(due - 1)).as("before %d", shed).isEmpty();
            assertThat(scheduler.shed(due)).as("at %d", shed).containsExactly((long) shed);
            due += Math.round(interval / Math.sqrt(shed + 1));
        }
    }

    /** As where it was paused, and comes back with the steps that are left. */
    @Test
    void whoHasSeenPicturesIsNotShed() {
        JobTerms terms = new JobTerms(Rank.STANDARD, "", 1, false);
        long deadline = NOW + 1000 * SECOND;
        scheduler.admit(List.of(new Job(0, List.of(1, 1), deadline, terms, true)), NOW);
        scheduler.admit(List.of(new Job(1, List.of(1, 1), deadline, terms)), NOW);
        long above = NOW + SETTINGS.tuning().guardTargetNanos() + 1;
        assertThat(scheduler.shed(above)).isEmpty();

        assertThat(scheduler.shed(above + SETTINGS.tuning().guardIntervalNanos()))
                .containsExactly(1L);
        assertThat(scheduler.shed(above + 100 * SECOND)).isEmpty();
    }
}
