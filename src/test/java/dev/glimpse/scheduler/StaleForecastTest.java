package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What becomes of jobs whose deadlines are short after forwards that took longer than forwards take. */
class StaleForecastTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final long FORWARD = 200 * MILLI;
    private static final long SHORT = 300 * MILLI;
    private static final long LONG = 60 * SECOND;
    private static final RowDemand ONE_ROW = (id, step) -> 1;

    private final List<String> departures = new ArrayList<>();
    private final StepScheduler scheduler =
            new StepScheduler(new SchedulerSettings(1, 4, 12, 1000, 0.5, SECOND, 64), new SchedulerListener() {
                @Override
                public void left(long jobId, Departure departure) {
                    departures.add(jobId + " " + departure);
                }
            });
    /** Negative on purpose, as a monotonic clock may be. */
    private long now = -500 * SECOND;

    private long nextId;

    private Admission ask(int steps, long within, boolean flexible) {
        JobTerms terms = new JobTerms(Rank.STANDARD, "", 1, flexible);
        return scheduler.admit(List.of(new Job(nextId++, Collections.nCopies(steps, 1), now + within, terms)), now);
    }

    /** Runs whatever waits, each forward for so long; returns how many forwards that were. */
    private int run(long nanos) {
        int forwards = 0;
        scheduler.expire(now);
        for (Optional<Batch> next = next(); next.isPresent(); next = next()) {
            now += nanos;
            scheduler.completed(next.get(), nanos);
            forwards++;
        }
        return forwards;
    }

    private Optional<Batch> next() {
        return scheduler.nextBatch(0, now, 1, ONE_ROW);
    }

    private void forwards(int count, long nanos) {
        for (int i = 0; i < count; i++) {
            assertThat(ask(1, LONG, false)).isInstanceOf(Admission.Admitted.class);
            assertThat(run(nanos)).isEqualTo(1);
        }
        departures.clear();
    }

    private void everyShortJobIsServed() {
        for (int i = 0; i < 36; i++) {
            long id = nextId;
            assertThat(ask(1, SHORT, false)).isInstanceOf(Admission.Admitted.class);
            run(FORWARD);
            assertThat(departures).last().isEqualTo(id + " FINISHED");
            now += SECOND;
        }
    }

    @Test
    void oneForwardDuringWhichTheMachineStoodStillKeepsNobodyOut() {
        forwards(5, FORWARD);
        forwards(1, 12 * SECOND);
        assertThat(scheduler.forwardNanos(0, 1)).isEqualTo(FORWARD);
        everyShortJobIsServed();
    }

    @Test
    void severalSuchForwardsKeepNobodyOutOfAnIdleMachine() {
        forwards(5, FORWARD);
        forwards(4, 12 * SECOND);
        assertThat(scheduler.forwardNanos(0, 1)).isGreaterThan(SECOND);
        everyShortJobIsServed();
        assertThat(scheduler.forwardNanos(0, 1)).isEqualTo(FORWARD);
    }

    @Test
    void slowFirstForwardKeepsNobodyOutForLongerThanItTookItself() {
        forwards(1, 12 * SECOND);
        assertThat(ask(1, SHORT, false)).isInstanceOf(Admission.DeadlineUnreachable.class);
        now += 13 * SECOND;
        everyShortJobIsServed();
    }

    @Test
    void onlyOneAtATimeSeesWhetherTheForecastHolds() {
        forwards(5, FORWARD);
        forwards(4, 12 * SECOND);
        assertThat(ask(1, SHORT, false)).isInstanceOf(Admission.Admitted.class);
        assertThat(ask(1, SHORT, false)).isInstanceOf(Admission.DeadlineUnreachable.class);
        Batch batch = next().orElseThrow();
        assertThat(ask(1, SHORT, false)).isInstanceOf(Admission.DeadlineUnreachable.class);
        scheduler.cancel(batch.entries().get(0).jobId());
        assertThat(ask(1, SHORT, false)).isInstanceOf(Admission.DeadlineUnreachable.class);
    }

    @Test
    void trialOfSeveralStepsIsNotGivenUpUnderWay() {
        forwards(60, FORWARD);
        forwards(30, 2 * SECOND);
        long id = nextId;
        assertThat(ask(3, 4 * FORWARD, false)).isInstanceOf(Admission.Admitted.class);
        assertThat(run(FORWARD)).isEqualTo(3);
        assertThat(departures).containsExactly(id + " FINISHED");
    }

    @Test
    void flexibleJobIsGrantedAllItsStepsAgain() {
        forwards(5, FORWARD);
        forwards(4, 12 * SECOND);
        JobTerms flexible = new JobTerms(Rank.STANDARD, "", 1, true);
        Job wish = new Job(1_000_000, Collections.nCopies(4, 1), now + 2 * SECOND, flexible);
        assertThat(scheduler.grantedSteps(List.of(wish), now)).isEqualTo(1);
        assertThat(ask(1, 2 * SECOND, true)).isInstanceOf(Admission.Admitted.class);
        run(FORWARD);
        assertThat(scheduler.grantedSteps(List.of(wish), now)).isEqualTo(4);
    }

    @Test
    void deadlineThatTheFastestForwardOverrunsStaysRefused() {
        forwards(5, FORWARD);
        forwards(4, 12 * SECOND);
        for (int i = 0; i < 36; i++) {
            assertThat(ask(1, FORWARD / 2, false)).as("%s", i).isInstanceOf(Admission.DeadlineUnreachable.class);
            assertThat(ask(10, 9 * FORWARD, false)).isInstanceOf(Admission.DeadlineUnreachable.class);
            now += SECOND;
        }
        assertThat(scheduler.waiting()).isZero();
    }

    @Test
    void machineThatHasBecomeSlowIsBelieved() {
        forwards(5, FORWARD);
        forwards(70, 10 * FORWARD);
        assertThat(scheduler.forwardNanos(0, 1)).isGreaterThan(9 * FORWARD);
        assertThat(ask(1, SHORT, false)).isInstanceOf(Admission.DeadlineUnreachable.class);
    }
}
