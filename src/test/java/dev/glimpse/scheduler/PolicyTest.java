package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What each policy does, and that it does not when switched off. */
class PolicyTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    /** Negative on purpose, as a monotonic clock may be. */
    private static final long NOW = -5 * SECOND;

    private static final long FAR = NOW + 1000 * SECOND;
    private static final RowDemand ONE_ROW = (id, step) -> 1;

    private final List<String> heard = new ArrayList<>();
    private final SchedulerListener listener = new SchedulerListener() {
        @Override
        public void left(long jobId, Departure departure) {
            heard.add(jobId + " " + departure);
        }

        @Override
        public void brownOut(int level) {
            heard.add("level " + level);
        }

        @Override
        public void overloaded(boolean high) {
            heard.add("overloaded " + high);
        }

        @Override
        public void wasted(int nfe) {
            heard.add("wasted " + nfe);
        }

        @Override
        public void shortened(long jobId, int grantedSteps) {
            heard.add(jobId + " shortened to " + grantedSteps);
        }
    };

    private StepScheduler scheduler(int devices, int maxRows, Policy... off) {
        return new StepScheduler(
                new SchedulerSettings(devices, 1, maxRows, 1000, 0.5, SECOND, 8).without(off), listener);
    }

    private static Job job(long id, int steps, long deadline, JobTerms terms) {
        return new Job(id, Collections.nCopies(steps, 1), deadline, terms);
    }

    private static Job job(long id, int steps, Rank rank) {
        return job(id, steps, FAR, new JobTerms(rank, "", 1, false));
    }

    private static JobTerms tenant(String name, double weight) {
        return new JobTerms(Rank.STANDARD, name, weight, false);
    }

    private static JobTerms flexible() {
        return new JobTerms(Rank.STANDARD, "", 1, true);
    }

    private static Batch next(StepScheduler scheduler, long now) {
        return scheduler.nextBatch(0, now, 1, ONE_ROW).orElseThrow();
    }

    private static List<Long> ids(Batch batch) {
        return batch.entries().stream().map(Batch.Entry::jobId).toList();
    }

    /** Lets the scheduler see forwards of {@code a + b x rows} milliseconds, of one row and of all rows. */
    private void teach(StepScheduler scheduler, int maxRows, long a, long b) {
        for (int rows : new int[] {1, maxRows}) {
            List<Job> probes = LongStream.range(0, rows)
                    .mapToObj(i -> job(1_000_000 + i, 1, Rank.STANDARD))
                    .toList();
            scheduler.admit(probes, NOW);
            while (scheduler.waiting() > 0) {
                Batch batch = next(scheduler, NOW);
                scheduler.completed(batch, (a + b * batch.rows()) * MILLI);
            }
        }
        heard.clear();
    }

    @Test
    void earlierRankGoesFirstUnlessTheLaterOneIsFarShorter() {
        List<Job> jobs = List.of(
                job(1, 2, Rank.BACKGROUND),
                job(2, 9, Rank.INTERACTIVE),
                job(3, 2, Rank.STANDARD),
                job(4, 1, Rank.STANDARD));
        StepScheduler ranked = scheduler(1, 4);
        ranked.admit(jobs, NOW);
        assertThat(ids(next(ranked, NOW))).containsExactly(4L, 2L, 3L, 1L);
        StepScheduler plain = scheduler(1, 4, Policy.RANKS);
        plain.admit(jobs, NOW);
        assertThat(ids(next(plain, NOW))).containsExactly(4L, 1L, 3L, 2L);
    }

    @Test
    void jobWhoseTimeRunsOutGoesFirst() {
        List<Job> jobs = List.of(
                job(1, 1, FAR, JobTerms.NONE),
                job(2, 9, NOW + 400 * MILLI, JobTerms.NONE),
                job(3, 2, FAR, JobTerms.NONE));
        StepScheduler urgent = scheduler(1, 2);
        teach(urgent, 2, 20, 10);
        urgent.admit(jobs, NOW);
        assertThat(ids(next(urgent, NOW))).containsExactly(2L, 1L);
        StepScheduler plain = scheduler(1, 2, Policy.LAXITY);
        teach(plain, 2, 20, 10);
        plain.admit(jobs, NOW);
        assertThat(ids(next(plain, NOW))).containsExactly(1L, 3L);
    }

    @Test
    void tenantsShareByWeightHoweverMuchOneAsksFor() {
        StepScheduler scheduler = scheduler(1, 8, Policy.FIRST_PREVIEWS, Policy.KNEE);
        scheduler.admit(
                LongStream.range(0, 100)
                        .mapToObj(i -> job(i, 1, FAR, tenant("flood", 1)))
                        .toList(),
                NOW);
        scheduler.admit(
                LongStream.range(100, 130)
                        .mapToObj(i -> job(i, 9, FAR, tenant("paying", 3)))
                        .toList(),
                NOW);
        long paying = 0;
        for (int i = 0; i < 10; i++) {
            Batch batch = next(scheduler, NOW);
            paying += batch.entries().stream().filter(e -> e.jobId() >= 100).count();
            scheduler.completed(batch, MILLI);
        }
        assertThat(paying).isEqualTo(60);
    }

    @Test
    void tenantThatWasAwayHasSavedNothingUp() {
        StepScheduler scheduler = scheduler(1, 2, Policy.FIRST_PREVIEWS, Policy.KNEE);
        scheduler.admit(
                LongStream.range(0, 50)
                        .mapToObj(i -> job(i, 1, FAR, tenant("steady", 1)))
                        .toList(),
                NOW);
        for (int i = 0; i < 10; i++) {
            scheduler.completed(next(scheduler, NOW), MILLI);
        }
        scheduler.admit(
                LongStream.range(50, 90)
                        .mapToObj(i -> job(i, 1, FAR, tenant("back", 1)))
                        .toList(),
                NOW);
        for (int i = 0; i < 5; i++) {
            Batch batch = next(scheduler, NOW);
            assertThat(ids(batch)).anyMatch(id -> id < 50).anyMatch(id -> id >= 50);
            scheduler.completed(batch, MILLI);
        }
    }

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
    void newestInteractiveRequestGoesFirstWhileTheQueueStands() {
        StepScheduler scheduler = scheduler(1, 2);
        for (int i = 0; i < 6; i++) {
            scheduler.admit(List.of(job(i, 3, Rank.INTERACTIVE)), NOW + i);
        }
        scheduler.shed(NOW + 3 * SECOND);
        assertThat(scheduler.shed(NOW + 4 * SECOND)).containsExactly(0L);
        assertThat(ids(next(scheduler, NOW + 4 * SECOND)).get(0)).isEqualTo(1);
        scheduler.admit(List.of(job(9, 3, Rank.INTERACTIVE)), NOW + 4 * SECOND);
        assertThat(ids(next(scheduler, NOW + 4 * SECOND))).contains(9L);
    }

    @Test
    void newestInteractiveRequestGoesFirstThoughAgeCountsForNothingElse() {
        StepScheduler scheduler = scheduler(1, 2, Policy.AGING);
        for (int i = 0; i < 6; i++) {
            scheduler.admit(List.of(job(i, 3, Rank.INTERACTIVE)), NOW + i);
        }
        scheduler.shed(NOW + 3 * SECOND);
        assertThat(scheduler.shed(NOW + 4 * SECOND)).containsExactly(0L);
        assertThat(ids(next(scheduler, NOW + 4 * SECOND))).containsExactly(5L, 4L);
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

    @Test
    void jobThatMayJumpToItsEndHasTimeToWait() {
        StepScheduler scheduler = scheduler(1, 2);
        teach(scheduler, 2, 20, 10);
        long deadline = NOW + 400 * MILLI;
        scheduler.admit(List.of(job(9, 2, FAR, JobTerms.NONE)), NOW);
        scheduler.admit(List.of(job(1, 9, deadline, flexible())), NOW);
        // Nine steps would fill its time, and it would have to go first; two leave enough to wait for the shortest.
        assertThat(ids(next(scheduler, NOW))).containsExactly(9L, 1L);
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
}
