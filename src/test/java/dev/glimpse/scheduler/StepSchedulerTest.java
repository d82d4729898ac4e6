package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StepSchedulerTest {
    /** Negative on purpose, as a monotonic clock may be. */
    private static final long NOW = -5_000_000_000L;

    private static final long FAR = NOW + 1_000_000_000_000L;
    private static final long AGING = 1_000_000_000L;
    private static final RowDemand ONE_ROW = (id, step) -> 1;

    private final List<String> departures = new ArrayList<>();
    private final SchedulerListener listener = new SchedulerListener() {
        @Override
        public void left(long jobId, Departure departure) {
            departures.add(jobId + " " + departure);
        }
    };

    private StepScheduler scheduler(int devices, int minRows, int maxRows, int maxQueuedNfe) {
        return new StepScheduler(
                new SchedulerSettings(devices, minRows, maxRows, maxQueuedNfe, 0.5, AGING, 8), listener);
    }

    private static Job job(long id, int steps) {
        return new Job(id, Collections.nCopies(steps, 1), FAR);
    }

    private static List<Job> jobs(long count, int steps) {
        return LongStream.range(0, count).mapToObj(id -> job(id, steps)).toList();
    }

    private static List<Long> ids(Batch batch) {
        return batch.entries().stream().map(Batch.Entry::jobId).toList();
    }

    private static Batch next(StepScheduler scheduler, long now) {
        return scheduler.nextBatch(0, now, 1, ONE_ROW).orElseThrow();
    }

    /** Lets the scheduler see one forward of {@code rows} rows that took {@code nanos}. */
    private static void timeOneForward(StepScheduler scheduler, int rows, long nanos) {
        List<Job> probes =
                LongStream.range(0, rows).mapToObj(i -> job(1_000_000 + i, 1)).toList();
        assertThat(scheduler.admit(probes, NOW)).isInstanceOf(Admission.Admitted.class);
        scheduler.completed(next(scheduler, NOW), nanos);
    }

    @Test
    void fullQueueRefusesTheWholeRequestAndKeepsWhatItHas() {
        StepScheduler scheduler = scheduler(1, 1, 8, 10);
        scheduler.admit(jobs(2, 4), NOW);
        assertThat(scheduler.admit(List.of(job(8, 1), job(9, 2)), NOW)).isInstanceOf(Admission.QueueFull.class);
        assertThat(scheduler.waiting()).isEqualTo(2);
        assertThat(scheduler.queuedNfe()).isEqualTo(8);
        assertThat(scheduler.admit(List.of(job(8, 2)), NOW)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void refusalSaysWhenEnoughWorkWillBeDone() {
        StepScheduler scheduler = scheduler(2, 1, 4, 10);
        timeOneForward(scheduler, 4, 400);
        scheduler.admit(jobs(2, 5), NOW);
        // Six evaluations too many at 100 ns a row, on two devices.
        assertThat(scheduler.admit(List.of(job(9, 6)), NOW)).isEqualTo(new Admission.QueueFull(300));
    }

    @Test
    void everyDeadlineIsTriedBeforeAForwardHasBeenTimed() {
        StepScheduler scheduler = scheduler(1, 1, 4, 100);
        assertThat(scheduler.admit(List.of(new Job(1, List.of(1), NOW + 1)), NOW))
                .isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void forwardsArePaddedWhereTheirTimeIsForetold() {
        StepScheduler scheduler = scheduler(1, 4, 12, 100);
        for (int rows : new int[] {4, 12}) {
            timeOneForward(scheduler, rows, 100 + 10 * rows);
        }
        assertThat(scheduler.forwardNanos(0, 1))
                .isEqualTo(scheduler.forwardNanos(0, 4))
                .isEqualTo(140);
        assertThat(scheduler.forwardNanos(0, 5)).isEqualTo(180);
    }

    @Test
    void deadlineThatTheStepsAloneOverrunIsRefused() {
        StepScheduler scheduler = scheduler(1, 4, 4, 100);
        timeOneForward(scheduler, 4, 400);
        Job tooLong = new Job(1, List.of(1, 1, 1), NOW + 1199);
        assertThat(scheduler.admit(List.of(tooLong), NOW)).isEqualTo(new Admission.DeadlineUnreachable(NOW + 1200));
        assertThat(scheduler.admit(List.of(new Job(1, List.of(1, 1, 1), NOW + 1200)), NOW))
                .isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void forwardThatRunsDelaysTheFirstStepByHalfOfItsTime() {
        StepScheduler scheduler = scheduler(1, 4, 4, 100);
        timeOneForward(scheduler, 4, 400);
        scheduler.admit(List.of(job(9, 1)), NOW);
        next(scheduler, NOW);
        Job tooLong = new Job(1, List.of(1, 1, 1), NOW + 1399);
        assertThat(scheduler.admit(List.of(tooLong), NOW)).isEqualTo(new Admission.DeadlineUnreachable(NOW + 1400));
        assertThat(scheduler.admit(List.of(new Job(1, List.of(1, 1, 1), NOW + 1400)), NOW))
                .isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void workAheadCountsAgainstADeadlineOnlyUpToTheAskingJobsOwnLength() {
        StepScheduler scheduler = scheduler(1, 1, 4, 1000);
        timeOneForward(scheduler, 4, 400);
        scheduler.admit(jobs(10, 50), NOW);
        // 10 x 2 evaluations come before it and 2 are its own, at 100 ns each.
        assertThat(scheduler.admit(List.of(new Job(99, List.of(1, 1), NOW + 2199)), NOW))
                .isEqualTo(new Admission.DeadlineUnreachable(NOW + 2200));
    }

    @Test
    void idleDevicesShareWhatWaits() {
        StepScheduler scheduler = scheduler(2, 4, 16, 100);
        scheduler.admit(jobs(12, 1), NOW);
        assertThat(scheduler.nextBatch(0, NOW, 2, ONE_ROW).orElseThrow().rows()).isEqualTo(6);
        assertThat(scheduler.nextBatch(0, NOW, 1, ONE_ROW).orElseThrow().rows()).isEqualTo(6);
    }

    @Test
    void batchIsNotSplitBelowWhatAForwardCostsAnyway() {
        StepScheduler scheduler = scheduler(2, 4, 16, 100);
        scheduler.admit(jobs(4, 1), NOW);
        assertThat(scheduler.nextBatch(0, NOW, 2, ONE_ROW).orElseThrow().rows()).isEqualTo(4);
        assertThat(scheduler.nextBatch(0, NOW, 1, ONE_ROW)).isEmpty();
    }

    @Test
    void batchHoldsNoMoreThanItsMostRows() {
        StepScheduler scheduler = scheduler(1, 1, 5, 100);
        List<Job> jobs = LongStream.range(0, 4)
                .mapToObj(id -> new Job(id, List.of(2), FAR))
                .toList();
        scheduler.admit(jobs, NOW);
        Batch batch = scheduler.nextBatch(0, NOW, 1, (id, step) -> 2).orElseThrow();
        assertThat(batch.rows()).isEqualTo(4);
    }

    @Test
    void firstStepsTakeTheirShareOfABatchAheadOfRunningTrajectories() {
        StepScheduler scheduler = scheduler(1, 1, 4, 100);
        scheduler.admit(jobs(4, 3), NOW);
        scheduler.completed(next(scheduler, NOW), 1);
        scheduler.admit(List.of(job(10, 9), job(11, 9), job(12, 9)), NOW);
        assertThat(ids(next(scheduler, NOW))).containsExactly(10L, 11L, 0L, 1L);
    }

    @Test
    void placesThatNobodyElseWantsGoToFirstSteps() {
        StepScheduler scheduler = scheduler(1, 1, 4, 100);
        scheduler.admit(jobs(3, 3), NOW);
        assertThat(ids(next(scheduler, NOW))).containsExactly(0L, 1L, 2L);
    }

    @Test
    void shortestRemainingTrajectoryGoesFirst() {
        StepScheduler scheduler = scheduler(1, 1, 2, 100);
        scheduler.admit(List.of(job(1, 9), job(2, 3), job(3, 5)), NOW);
        assertThat(ids(next(scheduler, NOW))).containsExactly(2L, 3L);
    }

    @Test
    void waitingMakesALongTrajectoryCountAsShort() {
        StepScheduler scheduler = scheduler(1, 1, 2, 100);
        scheduler.admit(List.of(job(1, 16)), NOW);
        long later = NOW + 4 * AGING;
        scheduler.admit(List.of(job(2, 2), job(3, 2)), later);
        assertThat(ids(next(scheduler, later))).containsExactly(1L, 2L);
    }

    @Test
    void jobInFlightIsNotHandedOutAgain() {
        StepScheduler scheduler = scheduler(1, 1, 8, 100);
        scheduler.admit(jobs(2, 2), NOW);
        Batch batch = next(scheduler, NOW);
        assertThat(scheduler.nextBatch(0, NOW, 1, ONE_ROW)).isEmpty();
        scheduler.completed(batch, 1);
        assertThat(next(scheduler, NOW).entries()).allMatch(entry -> entry.step() == 1);
    }

    @Test
    void waitingJobLeavesTheMomentItIsCancelled() {
        StepScheduler scheduler = scheduler(1, 1, 8, 100);
        scheduler.admit(jobs(2, 3), NOW);
        assertThat(scheduler.cancel(0)).isTrue();
        assertThat(departures).containsExactly("0 CANCELLED");
        assertThat(scheduler.queuedNfe()).isEqualTo(3);
        assertThat(ids(next(scheduler, NOW))).containsExactly(1L);
    }

    @Test
    void runningJobLeavesAtItsStepBoundaryWhenCancelled() {
        StepScheduler scheduler = scheduler(1, 1, 8, 100);
        scheduler.admit(jobs(2, 3), NOW);
        Batch batch = next(scheduler, NOW);
        assertThat(scheduler.cancel(0)).isTrue();
        assertThat(scheduler.cancel(0)).isFalse();
        assertThat(scheduler.queuedNfe()).isEqualTo(3);
        assertThat(departures).isEmpty();
        scheduler.completed(batch, 1);
        assertThat(departures).containsExactly("0 CANCELLED");
        assertThat(ids(next(scheduler, NOW))).containsExactly(1L);
    }

    @Test
    void jobNeverRunsOnceItsDeadlineHasPassed() {
        StepScheduler scheduler = scheduler(1, 1, 8, 100);
        scheduler.admit(List.of(new Job(1, List.of(1, 1), NOW + 10), job(2, 2)), NOW);
        assertThat(scheduler.expire(NOW + 9)).isEmpty();
        assertThat(ids(next(scheduler, NOW + 10))).containsExactly(2L);
        assertThat(scheduler.expire(NOW + 10)).containsExactly(1L);
        assertThat(scheduler.expire(NOW + 10)).isEmpty();
        assertThat(departures).containsExactly("1 EXPIRED");
    }

    @Test
    void failedForwardTakesItsOwnJobsOutAndNoOthers() {
        StepScheduler scheduler = scheduler(1, 1, 2, 100);
        scheduler.admit(jobs(3, 2), NOW);
        scheduler.failed(next(scheduler, NOW), NOW, id -> false);
        assertThat(departures).containsExactly("0 FAILED", "1 FAILED");
        assertThat(scheduler.queuedNfe()).isEqualTo(2);
        assertThat(ids(next(scheduler, NOW))).containsExactly(2L);
    }

    @Test
    void batchCannotComeBackTwice() {
        StepScheduler scheduler = scheduler(1, 1, 8, 100);
        scheduler.admit(jobs(1, 2), NOW);
        Batch batch = next(scheduler, NOW);
        scheduler.completed(batch, 1);
        assertThatThrownBy(() -> scheduler.completed(batch, 1))
                .hasMessage("batch: job 0 at step 0 (expected: a batch in flight)");
    }

    @Test
    void settingOutOfRangeNamesTheValueAndWhatWasExpected() {
        assertThatThrownBy(() -> scheduler(1, 4, 3, 100)).hasMessage("maxRows: 3 (expected: at least 4)");
        assertThatThrownBy(() -> scheduler(0, 1, 8, 100)).hasMessage("devices: 0 (expected: at least 1)");
    }
}
