package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A scheduler whose clients asked for more than can be done, and then left: there is nothing any more to be late for.
 */
class IdleAfterOverloadTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final long NOW = -5 * SECOND;
    private static final long FAR = NOW + 1000 * SECOND;
    private static final int ROWS = 4;

    private boolean overloaded;

    private StepScheduler scheduler(Policy... off) {
        return new StepScheduler(
                new SchedulerSettings(2, 1, ROWS, 10_000, 0.5, SECOND, 8).without(off), new SchedulerListener() {
                    @Override
                    public void overloaded(boolean high) {
                        overloaded = high;
                    }
                });
    }

    private static List<Job> jobs(long from, int count, int steps, JobTerms terms) {
        return LongStream.range(from, from + count)
                .mapToObj(id -> new Job(id, Collections.nCopies(steps, 1), FAR, terms))
                .toList();
    }

    private static JobTerms standard() {
        return new JobTerms(Rank.STANDARD, "", 1, false);
    }

    /** Lets it see forwards of one row and of all, one device after the other. */
    private static void teach(StepScheduler scheduler, long... rowMillis) {
        for (int device = 0; device < rowMillis.length; device++) {
            for (int rows : new int[] {1, ROWS}) {
                scheduler.admit(jobs(1_000_000, rows, 1, standard()), NOW);
                Batch batch =
                        scheduler.nextBatch(device, NOW, 1, (id, step) -> 1).orElseThrow();
                scheduler.completed(batch, rowMillis[device] * (1 + batch.rows()) * MILLI);
            }
        }
    }

    /** Asks for much and cancels it, so late that the pressure is high. */
    private void overload(StepScheduler scheduler) {
        scheduler.admit(jobs(0, 64, 64, standard()), NOW);
        scheduler.shed(NOW + 100 * MILLI);
        scheduler.shed(NOW + 700 * MILLI);
        LongStream.range(0, 64).forEach(scheduler::cancel);
        assertThat(overloaded).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void nobodyIsRefusedBecauseOfWhatHasLeft(Rank rank) {
        for (int count : new int[] {1, 8, 64}) {
            for (int steps : new int[] {1, 4, 64}) {
                StepScheduler scheduler = scheduler(Policy.QUEUE_GUARD);
                teach(scheduler, 2, 8);
                overload(scheduler);
                List<Job> asking = jobs(100, count, steps, new JobTerms(rank, "", 1, false));

                assertThat(scheduler.admit(asking, NOW + SECOND))
                        .as("%d of %d steps", count, steps)
                        .isInstanceOf(Admission.Admitted.class);
            }
        }
    }

    @Test
    void timeWithoutWorkShortensNobody() {
        StepScheduler scheduler = scheduler(Policy.QUEUE_GUARD);
        teach(scheduler, 8, 8);
        overload(scheduler);
        List<Job> asking = jobs(100, 1, 64, new JobTerms(Rank.STANDARD, "", 1, true));
        scheduler.grantedSteps(asking, NOW + SECOND);

        assertThat(scheduler.grantedSteps(asking, NOW + 3 * SECOND)).isEqualTo(64);
        assertThat(overloaded).as("as it still is").isTrue();
    }
}
