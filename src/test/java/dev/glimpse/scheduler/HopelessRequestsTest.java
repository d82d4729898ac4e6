package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Requests for which not even an idle machine has time: they are no load, and others lose nothing by them. */
class HopelessRequestsTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final int STEPS = 18;

    private final List<Boolean> overloads = new ArrayList<>();
    private final SchedulerSettings settings = new SchedulerSettings(1, 4, 12, 8192, 0.9, 2 * SECOND, 64);
    private final StepScheduler scheduler = new StepScheduler(settings, new SchedulerListener() {
        @Override
        public void overloaded(boolean high) {
            overloads.add(high);
        }
    });
    private long now = SECOND;
    private long nextId;

    private List<Job> jobs(int count, int steps, long nanos, boolean flexible) {
        JobTerms terms = new JobTerms(Rank.STANDARD, "", 1, flexible);
        return IntStream.range(0, count)
                .mapToObj(i -> new Job(nextId++, Collections.nCopies(steps, 1), now + nanos, terms))
                .toList();
    }

    /** Has the device do all that waits, 2 ms a forward and 4 ms a row. */
    private void serve() {
        Optional<Batch> batch = scheduler.nextBatch(0, now, 1, (job, step) -> 1);
        while (batch.isPresent()) {
            long nanos = (2 + 4L * settings.padded(batch.get().rows())) * MILLI;
            now += nanos;
            scheduler.completed(batch.get(), nanos);
            batch = scheduler.nextBatch(0, now, 1, (job, step) -> 1);
        }
    }

    @Test
    void theyTakeNoStepsFromOthersAndPutNobodyOff() {
        for (int rows : new int[] {4, 12}) {
            scheduler.admit(jobs(rows, 1, 100 * SECOND, false), now);
            serve();
        }
        for (int i = 0; i < 60; i++) {
            assertThat(scheduler.admit(jobs(16, 64, 400 * MILLI, false), now))
                    .isInstanceOf(Admission.DeadlineUnreachable.class);
            assertThat(scheduler.grantedSteps(jobs(1, STEPS, 100 * SECOND, true), now))
                    .isEqualTo(STEPS);
            scheduler.admit(jobs(1, 4, 100 * SECOND, false), now);
            serve();
            now += SECOND / 2;
        }
        assertThat(overloads).isEmpty();
    }

    /** Or they would be back before anything has changed, and keep the load up. */
    @Test
    void whoIsPutOffComesBackNoSoonerThanAQueueMayStand() {
        assertThat(scheduler.retryNanos()).isEqualTo(settings.tuning().guardTargetNanos());
        scheduler.admit(jobs(12, 1, 100 * SECOND, false), now);
        serve();
        scheduler.admit(jobs(600, 1, 100 * SECOND, false), now);
        assertThat(scheduler.retryNanos()).isEqualTo(50 * 50 * MILLI);
    }
}
