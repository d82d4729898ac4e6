package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Who is let in, and who leaves unserved, where more is asked for than can be done in time. */
class OverloadPolicyTest extends PolicyFixture {
    @Test
    void admissionCountsTheDevicesByWhatTheyHaveShown() {
        StepScheduler scheduler = new StepScheduler(new SchedulerSettings(2, 1, 4, 20, 0.5, SECOND, 8), listener);
        for (int device = 0; device < 2; device++) {
            scheduler.admit(
                    LongStream.range(0, 4)
                            .mapToObj(i -> job(i, 1, Rank.STANDARD))
                            .toList(),
                    NOW);
            Batch batch = scheduler.nextBatch(device, NOW, 1, ONE_ROW).orElseThrow();
            scheduler.completed(batch, (device == 0 ? 100 : 300) * MILLI);
        }
        // Four rows in 100 ms and four in 300 ms: 16 in 300 ms.
        scheduler.admit(List.of(job(1, 20, Rank.STANDARD)), NOW);
        assertThat(scheduler.admit(List.of(job(2, 16, Rank.STANDARD)), NOW))
                .isEqualTo(new Admission.QueueFull(300 * MILLI));
    }

    @Test
    void standingQueueLosesItsOldestRequestsOneByOneAndWholly() {
        StepScheduler scheduler = scheduler(1, 2);
        scheduler.admit(List.of(job(1, 9, Rank.STANDARD)), NOW);
        Batch running = next(scheduler, NOW);
        scheduler.admit(List.of(job(2, 9, Rank.STANDARD), job(3, 9, Rank.STANDARD)), NOW);
        scheduler.admit(List.of(job(4, 9, Rank.BACKGROUND)), NOW);
        scheduler.admit(List.of(job(5, 9, Rank.STANDARD)), NOW + SECOND);
        long target = NOW + 2 * SECOND;
        assertThat(scheduler.shed(target + 1)).isEmpty();
        assertThat(scheduler.shed(target + 400 * MILLI)).isEmpty();
        assertThat(scheduler.shed(target + 600 * MILLI)).containsExactly(2L, 3L);
        assertThat(scheduler.shed(target + 3 * SECOND)).isEmpty();
        assertThat(scheduler.shed(target + 4 * SECOND)).containsExactly(5L);
        assertThat(heard).containsExactly("2 SHED", "3 SHED", "5 SHED");
        scheduler.completed(running, 5 * SECOND);
        assertThat(scheduler.waiting()).isEqualTo(2);
    }

    @Test
    void fixedJobThatCannotEndInTimeLeavesBeforeItCostsMore() {
        StepScheduler scheduler = scheduler(1, 2);
        teach(scheduler, 2, 20, 10);
        scheduler.admit(List.of(job(1, 4, NOW + 160 * MILLI, JobTerms.NONE)), NOW);
        scheduler.completed(next(scheduler, NOW), 110 * MILLI);
        assertThat(scheduler.expire(NOW + 110 * MILLI)).containsExactly(1L);
        assertThat(scheduler.nextBatch(0, NOW + 110 * MILLI, 1, ONE_ROW)).isEmpty();
    }

    @Test
    void whileMoreIsAskedForThanCanBeDoneNewRequestsFitOrAreRefusedAndLateOnesAreShed() {
        StepScheduler scheduler = scheduler(1, 4, Policy.BROWN_OUT);
        teach(scheduler, 4, 50, 50);
        for (int i = 0; i < 40; i++) {
            assertThat(scheduler.admit(List.of(job(i, 18, Rank.STANDARD)), NOW)).isInstanceOf(Admission.Admitted.class);
        }
        scheduler.shed(NOW + 400 * MILLI);
        assertThat(heard).isEmpty();
        long later = NOW + 900 * MILLI;
        assertThat(scheduler.shed(later)).hasSize(40);
        assertThat(heard).startsWith("overloaded true");
        List<Admission> answers = LongStream.range(100, 120)
                .mapToObj(i -> scheduler.admit(List.of(job(i, 18, Rank.STANDARD)), later))
                .toList();
        assertThat(answers.get(0)).isInstanceOf(Admission.Admitted.class);
        assertThat(answers.get(19))
                .isInstanceOfSatisfying(
                        Admission.Overloaded.class,
                        refused -> assertThat(refused.retryAfterNanos()).isGreaterThanOrEqualTo(2 * SECOND));
    }

    @Test
    void whoIsRefusedUnderOverloadIsNotCalledBackWithinTheTimeInWhichAQueueMayStand() {
        StepScheduler scheduler = scheduler(1, 4, Policy.BROWN_OUT);
        teach(scheduler, 4, 50, 50);
        LongStream.range(0, 40).forEach(i -> scheduler.admit(List.of(job(i, 18, Rank.STANDARD)), NOW));
        scheduler.shed(NOW + 400 * MILLI);
        long later = NOW + 900 * MILLI;
        assertThat(scheduler.shed(later)).hasSize(40);
        List<Admission> answers = LongStream.range(100, 150)
                .mapToObj(i -> scheduler.admit(List.of(job(i, 1, Rank.STANDARD)), later))
                .toList();
        // What was let in is done in a fraction of that.
        assertThat(answers.get(0)).isInstanceOf(Admission.Admitted.class);
        assertThat(answers.get(49)).isEqualTo(new Admission.Overloaded(2 * SECOND));
    }

    @Test
    void whoIsLateIsShedBehindARequestThatIsDueLaterToo() {
        StepScheduler scheduler = scheduler(1, 4, Policy.BROWN_OUT);
        teach(scheduler, 4, 50, 50);
        List<Job> many =
                LongStream.range(0, 40).mapToObj(i -> job(i, 18, Rank.STANDARD)).toList();
        scheduler.admit(many, NOW);
        scheduler.admit(List.of(job(100, 18, Rank.STANDARD)), NOW + MILLI);
        scheduler.shed(NOW + 400 * MILLI);
        assertThat(scheduler.shed(NOW + 950 * MILLI)).containsExactly(100L);
        assertThat(heard).startsWith("overloaded true");
    }

    @Test
    void requestsAreLetInAgainWhenLessIsAskedFor() {
        StepScheduler scheduler = scheduler(1, 4, Policy.BROWN_OUT);
        teach(scheduler, 4, 50, 50);
        scheduler.admit(
                LongStream.range(0, 40).mapToObj(i -> job(i, 18, Rank.STANDARD)).toList(), NOW);
        scheduler.admit(List.of(job(100, 1, Rank.STANDARD)), NOW + MILLI);
        scheduler.shed(NOW + 600 * MILLI);
        LongStream.range(0, 40).forEach(scheduler::cancel);
        scheduler.shed(NOW + 20 * SECOND);
        scheduler.shed(NOW + 21 * SECOND);
        assertThat(heard).containsSubsequence("overloaded true", "overloaded false");
        assertThat(scheduler.admit(List.of(job(101, 18, Rank.STANDARD)), NOW + 21 * SECOND))
                .isInstanceOf(Admission.Admitted.class);
    }

    @Test
    void overloadIsNotBlamedForADeadlineThatNoMachineCouldKeep() {
        StepScheduler scheduler = overloaded("");
        Job hopeless = job(5000, 18, NOW + 2100 * MILLI, tenant("", 1));
        assertThat(scheduler.admit(List.of(hopeless), NOW + 2 * SECOND))
                .isInstanceOf(Admission.DeadlineUnreachable.class);

        Job late = job(5000, 18, NOW + 4 * SECOND, tenant("", 1));
        assertThat(scheduler.admit(List.of(late), NOW + 2 * SECOND)).isInstanceOf(Admission.Overloaded.class);
    }

    @Test
    void nobodyHasAClaimOfHisOwnWhereTenantsAreNotToldApart() {
        List<Admission> named = whileOverloaded("somebody");
        assertThat(named).isEqualTo(whileOverloaded("")).hasAtLeastOneElementOfType(Admission.Overloaded.class);
    }

    /** What becomes of a tenant's requests while more is asked for than can be done, where tenants are one. */
    private List<Admission> whileOverloaded(String tenant) {
        StepScheduler scheduler = overloaded(tenant);
        return LongStream.range(5000, 5020)
                .mapToObj(i -> scheduler.admit(List.of(job(i, 18, FAR, tenant(tenant, 1))), NOW + 2 * SECOND))
                .toList();
    }

    /** Two seconds after the beginning. */
    private StepScheduler overloaded(String tenant) {
        StepScheduler scheduler = scheduler(1, 4, Policy.BROWN_OUT, Policy.QUEUE_GUARD, Policy.TENANTS);
        teach(scheduler, 4, 50, 50);
        for (int milli = 0; milli <= 2000; milli += 100) {
            scheduler.admit(List.of(job(milli, 18, FAR, tenant(tenant, 1))), NOW + milli * MILLI);
        }
        assertThat(heard).contains("overloaded true");
        return scheduler;
    }
}
