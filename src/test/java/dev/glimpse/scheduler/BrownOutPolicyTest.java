package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** When flexible jobs get fewer steps than they asked for, and when all of them again. */
class BrownOutPolicyTest extends PolicyFixture {
    @Test
    void brownOutRisesAfterASecondAndFallsAfterFive() {
        StepScheduler scheduler = scheduler(1, 4, Policy.OVERLOAD);
        teach(scheduler, 4, 50, 50);
        scheduler.admit(
                LongStream.range(0, 40).mapToObj(i -> job(i, 18, Rank.STANDARD)).toList(), NOW);
        Job wish = job(99, 18, FAR, flexible());
        assertThat(scheduler.grantedSteps(List.of(wish), NOW)).isEqualTo(18);
        assertThat(scheduler.grantedSteps(List.of(wish), NOW + 999 * MILLI)).isEqualTo(18);
        assertThat(scheduler.grantedSteps(List.of(wish), NOW + 2 * SECOND)).isEqualTo(4);
        assertThat(scheduler.grantedSteps(List.of(job(98, 18, Rank.STANDARD)), NOW + 2 * SECOND))
                .isEqualTo(18);
        assertThat(scheduler.grantedSteps(List.of(wish), NOW + 4 * SECOND)).isEqualTo(1);
        LongStream.range(0, 40).forEach(scheduler::cancel);
        assertThat(scheduler.grantedSteps(List.of(wish), NOW + 5 * SECOND)).isEqualTo(1);
        assertThat(scheduler.grantedSteps(List.of(wish), NOW + 10 * SECOND)).isEqualTo(2);
        assertThat(scheduler.grantedSteps(List.of(wish), NOW + 25 * SECOND)).isEqualTo(18);
        assertThat(heard)
                .filteredOn(event -> event.startsWith("level"))
                .containsExactly(
                        "level 1", "level 2", "level 3", "level 4", "level 3", "level 2", "level 1", "level 0");
    }

    /** Nobody looks at an idle scheduler, so the first to come for a long time has to find it as it would be then. */
    @Test
    void nothingOfAnOverloadIsLeftAfterHoursWithoutWork() {
        StepScheduler scheduler = overloaded();
        LongStream.range(0, 40).forEach(scheduler::cancel);
        long later = NOW + 8 * 3600 * SECOND;
        assertThat(scheduler.grantedSteps(List.of(job(200, 18, later + 1000 * SECOND, flexible())), later))
                .isEqualTo(18);
        List<Job> many = LongStream.range(300, 308)
                .mapToObj(i -> job(i, 18, later + 1000 * SECOND, new JobTerms(Rank.BACKGROUND, "", 1, false)))
                .toList();
        assertThat(scheduler.admit(many, later)).isInstanceOf(Admission.Admitted.class);
        assertThat(heard).endsWith("overloaded false", "level 3", "level 2", "level 1", "level 0");
    }

    @Test
    void brownOutFallsNoSoonerForAnIdleSchedulerThatNobodyLookedAt() {
        StepScheduler unwatched = overloaded();
        StepScheduler watched = overloaded();
        for (StepScheduler scheduler : List.of(unwatched, watched)) {
            LongStream.range(0, 40).forEach(scheduler::cancel);
        }
        Job wish = job(200, 18, FAR, flexible());
        for (long milli = 5000; milli < 16_000; milli += 10) {
            watched.shed(NOW + milli * MILLI);
        }
        assertThat(unwatched.grantedSteps(List.of(wish), NOW + 16 * SECOND))
                .isEqualTo(watched.grantedSteps(List.of(wish), NOW + 16 * SECOND))
                .isEqualTo(2);
    }

    /** With 40 jobs at most, which came from {@code NOW} on, and no more than one step left to flexible ones. */
    private StepScheduler overloaded() {
        StepScheduler scheduler = scheduler(1, 4, Policy.QUEUE_GUARD);
        teach(scheduler, 4, 50, 50);
        for (int milli = 0; milli <= 5000; milli += 125) {
            scheduler.admit(List.of(job(milli / 125, 18, Rank.STANDARD)), NOW + milli * MILLI);
        }
        assertThat(heard).contains("overloaded true");
        assertThat(scheduler.grantedSteps(List.of(job(200, 18, FAR, flexible())), NOW + 5 * SECOND))
                .isEqualTo(1);
        return scheduler;
    }

    @Test
    void flexibleJobJumpsToItsEndWhenThereIsTimeForOneStepAlone() {
        StepScheduler scheduler = scheduler(1, 2);
        teach(scheduler, 2, 20, 10);
        scheduler.admit(List.of(job(1, 9, NOW + 120 * MILLI, flexible())), NOW);
        Batch first = next(scheduler, NOW);
        assertThat(first.entries().get(0).finishNow()).isFalse();
        scheduler.completed(first, 50 * MILLI);
        Batch second = next(scheduler, NOW + 50 * MILLI);
        assertThat(second.entries()).containsExactly(new Batch.Entry(1, 1, 1, true));
        scheduler.completed(second, 30 * MILLI);
        assertThat(heard).containsExactly("1 shortened to 2", "1 FINISHED");
        assertThat(scheduler.queuedNfe()).isZero();
    }
}
