package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A scheduler that has less than all devices: some are lost, or others use them too. */
class AllotmentTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final long FAR = 1000 * SECOND;

    private final StepScheduler scheduler =
            new StepScheduler(new SchedulerSettings(2, 1, 4, 1000, 0.5, SECOND, 8), SchedulerListener.NONE);

    private static List<Job> jobs(long first, int count, int steps, long deadline) {
        return LongStream.range(first, first + count)
                .mapToObj(id -> new Job(id, Collections.nCopies(steps, 1), deadline))
                .toList();
    }

    private static List<Job> jobs(long first, int count) {
        return jobs(first, count, 10, FAR);
    }

    /** Forwards of one and of four rows, 10 ms a row, which come back after what they took. */
    @BeforeEach
    void timeForwards() {
        for (int rows : new int[] {1, 4}) {
            scheduler.admit(jobs(1_000_000, rows, 1, FAR), 0);
            scheduler.completed(scheduler.nextBatch(0, 0, 1, (id, step) -> 1).orElseThrow(), rows * 10 * MILLI);
        }
    }

    @Test
    void waitIsForetoldFromTheShareOfTheDevicesThatWork() {
        scheduler.admit(jobs(0, 4), 0);
        assertThat(scheduler.expectedWaitNanos()).isEqualTo(200 * MILLI);
        scheduler.allot(new Allotment(2, 0.5, 0));
        assertThat(scheduler.expectedWaitNanos()).isEqualTo(400 * MILLI);
        scheduler.allot(new Allotment(1, 1, 0));
        assertThat(scheduler.expectedWaitNanos()).isEqualTo(400 * MILLI);
        scheduler.allot(new Allotment(1, 0.25, 0));
        assertThat(scheduler.expectedWaitNanos()).isEqualTo(1600 * MILLI);
        scheduler.allot(new Allotment(2, 1, 0));
        assertThat(scheduler.expectedWaitNanos()).isEqualTo(200 * MILLI);
    }

    @Test
    void deadlineThatIsTooEarlyForTheShareIsNotPromised() {
        scheduler.admit(jobs(0, 4), 0);
        List<Job> asking = jobs(100, 4, 10, 500 * MILLI);
        for (Allotment less : List.of(new Allotment(2, 0.5, 0), new Allotment(1, 1, 0))) {
            scheduler.allot(less);
            assertThat(scheduler.admit(asking, 0)).isEqualTo(new Admission.DeadlineUnreachable(800 * MILLI));
        }
        scheduler.allot(new Allotment(2, 1, 0));
        assertThat(scheduler.admit(asking, 0)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void shareTellsNothingOfWhatARequestTakesWhereNothingElseIsToBeDone() {
        long alone = scheduler.nanosAlone(jobs(0, 4));
        scheduler.allot(new Allotment(2, 0.5, 0));
        assertThat(scheduler.nanosAlone(jobs(0, 4))).isEqualTo(alone);
        scheduler.allot(new Allotment(1, 1, 0));
        assertThat(scheduler.nanosAlone(jobs(0, 4))).isEqualTo(2 * alone);
    }

    @Test
    void oneThatIsIdleTriesNothingThatOthersMakeLate() {
        scheduler.allot(new Allotment(2, 0.25, 0));
        assertThat(scheduler.admit(jobs(0, 4, 10, 500 * MILLI), 0))
                .isEqualTo(new Admission.DeadlineUnreachable(800 * MILLI));
    }

    @Test
    void whatWaitsElsewhereCountsTowardTheBound() {
        scheduler.allot(new Allotment(2, 0.5, 900));
        assertThat(scheduler.admit(jobs(0, 11), 0)).isInstanceOf(Admission.QueueFull.class);
        assertThat(scheduler.admit(jobs(0, 10), 0)).isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void wantsWhatWaitsAndWhatCameAndSoonAfterItsEndNothing() {
        assertThat(scheduler.wanted(20 * SECOND)).isCloseTo(0, within(0.001));
        scheduler.admit(jobs(0, 40), 20 * SECOND);
        // 400 evaluations take 2 s, as long as what comes is averaged for: once they came, and once they wait.
        assertThat(scheduler.wanted(20 * SECOND)).isCloseTo(2, within(0.001));
        assertThat(scheduler.wanted(40 * SECOND)).isCloseTo(1, within(0.001));
        LongStream.range(0, 40).forEach(scheduler::cancel);
        assertThat(scheduler.wanted(20 * SECOND)).isCloseTo(1, within(0.001));
        assertThat(scheduler.wanted(30 * SECOND)).isLessThan(0.01);
    }

    /**
     * Forwards of one row follow each other on one of two devices, though full ones would take no longer than a tenth.
     */
    @Test
    void wantsNoLessThanItUses() {
        for (int i = 0; i < 1000; i++) {
            long now = SECOND + i * 10 * MILLI;
            scheduler.admit(jobs(i, 1, 1, FAR), now);
            scheduler.completed(scheduler.nextBatch(0, now, 1, (id, step) -> 1).orElseThrow(), 10 * MILLI);
        }
        assertThat(scheduler.wanted(11 * SECOND)).isCloseTo(0.5, within(0.01));
    }

    @Test
    void onlyAShareOfWorkingDevicesIsOne() {
        assertThatThrownBy(() -> new Allotment(0, 1, 0)).hasMessage("devices: 0 (expected: at least 1)");
        assertThatThrownBy(() -> new Allotment(1, 0, 0)).hasMessage("share: 0.0 (expected: more than 0, at most 1)");
        assertThatThrownBy(() -> new Allotment(1, 1.1, 0)).hasMessage("share: 1.1 (expected: more than 0, at most 1)");
        assertThatThrownBy(() -> new Allotment(1, 1, -1)).hasMessage("nfeElsewhere: -1 (expected: at least 0)");
    }
}
