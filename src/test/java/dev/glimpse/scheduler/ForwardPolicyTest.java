package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** How many rows a forward takes and whose, and what becomes of its jobs behind it. */
class ForwardPolicyTest extends PolicyFixture {
    @Test
    void batchEndsAtTheKneeWhileLittleWaits() {
        // 7 rows in 80 ms are 90 % of the throughput of 32 rows in 330 ms.
        StepScheduler scheduler = scheduler(1, 32, Policy.STEP_BUDGET);
        teach(scheduler, 32, 10, 10);
        scheduler.admit(
                LongStream.range(0, 18).mapToObj(i -> job(i, 1, Rank.STANDARD)).toList(), NOW);
        Batch batch = next(scheduler, NOW);
        assertThat(batch.rows()).isEqualTo(7);
        assertThat(batch.release()).isEqualTo(Release.KNEE);
        scheduler.admit(
                LongStream.range(100, 130)
                        .mapToObj(i -> job(i, 1, Rank.STANDARD))
                        .toList(),
                NOW);
        assertThat(next(scheduler, NOW).rows()).isEqualTo(32);
    }

    @Test
    void rowsThatAreNotWorthTheirPaddingWaitForTheNextForward() {
        for (int waiting = 5; waiting < 8; waiting++) {
            assertThat(firstRows(2, 4, waiting)).isEqualTo(4);
            assertThat(firstRows(40, 1, waiting)).isEqualTo(waiting);
        }
        assertThat(firstRows(2, 4, 8)).isEqualTo(8);
    }

    /** Rows of the first forward of so many waiting, where forwards of multiples of 4 rows take a + b x rows. */
    private int firstRows(long a, long b, int waiting) {
        StepScheduler scheduler =
                new StepScheduler(new SchedulerSettings(1, 4, 12, 1000, 1, SECOND, 8).without(Policy.KNEE), listener);
        for (int rows : new int[] {4, 12}) {
            scheduler.admit(
                    LongStream.range(0, rows)
                            .mapToObj(i -> job(i, 1, Rank.STANDARD))
                            .toList(),
                    NOW);
            scheduler.completed(next(scheduler, NOW), (a + b * rows) * MILLI);
        }
        scheduler.admit(
                LongStream.range(100, 100 + waiting)
                        .mapToObj(i -> job(i, 1, Rank.STANDARD))
                        .toList(),
                NOW);
        return next(scheduler, NOW).rows();
    }

    @Test
    void forwardStaysWithinTheStepBudget() {
        StepScheduler scheduler = scheduler(1, 64);
        teach(scheduler, 64, 20, 10);
        scheduler.admit(
                LongStream.range(0, 500).mapToObj(i -> job(i, 1, Rank.STANDARD)).toList(), NOW);
        Batch batch = next(scheduler, NOW);
        assertThat(batch.rows()).isEqualTo(18);
        assertThat(batch.release()).isEqualTo(Release.STEP_BUDGET);
    }

    @Test
    void idleDeviceTakesALoneJobAtOnceAndTheNextForwardWhoeverCameMeanwhile() {
        StepScheduler scheduler = scheduler(1, 8);
        teach(scheduler, 8, 4, 1);
        assertThat(scheduler.nextBatch(0, NOW, 1, ONE_ROW)).isEmpty();
        scheduler.admit(List.of(job(1, 2, Rank.STANDARD)), NOW);
        Batch batch = next(scheduler, NOW);
        assertThat(ids(batch)).containsExactly(1L);
        scheduler.admit(List.of(job(2, 2, Rank.STANDARD)), NOW + MILLI / 2);
        scheduler.admit(List.of(job(3, 1, Rank.STANDARD)), NOW + 2 * MILLI);
        scheduler.completed(batch, 5 * MILLI);
        assertThat(next(scheduler, NOW + 6 * MILLI).rows()).isEqualTo(3);
    }

    @Test
    void wholeRequestsKeepTheirDeviceUntilTheLastIsDone() {
        StepScheduler scheduler = new StepScheduler(
                new SchedulerSettings(2, 1, 4, 1000, 0.5, SECOND, 8).with(Batching.REQUEST, Set.of()), listener);
        scheduler.admit(List.of(job(1, 2, Rank.STANDARD), job(2, 2, Rank.STANDARD), job(3, 1, Rank.STANDARD)), NOW);
        Batch first = scheduler.nextBatch(0, NOW, 1, ONE_ROW).orElseThrow();
        assertThat(ids(first)).containsExactly(1L, 2L);
        assertThat(ids(scheduler.nextBatch(1, NOW, 1, ONE_ROW).orElseThrow())).containsExactly(3L);
        scheduler.completed(first, MILLI);
        scheduler.admit(List.of(job(4, 2, Rank.STANDARD)), NOW);
        assertThat(ids(scheduler.nextBatch(0, NOW, 1, ONE_ROW).orElseThrow())).containsExactly(1L, 2L);
    }

    @Test
    void evaluationsForOneWhoHasLeftAreCountedAsWasted() {
        StepScheduler scheduler = scheduler(1, 2);
        scheduler.admit(List.of(job(1, 3, Rank.STANDARD), job(2, 1, Rank.STANDARD)), NOW);
        Batch batch = next(scheduler, NOW);
        scheduler.cancel(1);
        scheduler.completed(batch, MILLI);
        assertThat(heard).containsExactly("2 FINISHED", "1 CANCELLED", "wasted 1");
    }

    @Test
    void jobOfAFailedForwardTakesTheSameStepAgainWhereAsked() {
        StepScheduler scheduler = scheduler(2, 4);
        scheduler.admit(List.of(job(1, 3, Rank.STANDARD), job(2, 3, Rank.STANDARD)), NOW);
        scheduler.failed(next(scheduler, NOW), NOW, id -> id == 1);
        assertThat(heard).containsExactly("2 FAILED");
        Batch again = scheduler.nextBatch(1, NOW, 2, ONE_ROW).orElseThrow();
        assertThat(again.entries()).containsExactly(new Batch.Entry(1, 0, 1, false));
    }
}
