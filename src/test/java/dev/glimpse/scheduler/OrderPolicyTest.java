package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which jobs go first. */
class OrderPolicyTest extends PolicyFixture {
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
}
