package dev.glimpse.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.Failure;
import dev.glimpse.scheduler.Rank;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CallerBudgetTest {
    private static final Caller CALLER = caller(new Quota(4, 60, 6000));

    private final AtomicLong nowNanos = new AtomicLong(1_000);
    private final Gate gate = new Gate(List.of(key(CALLER)), Anonymity.NEVER);
    private final CallerBudget budget = new CallerBudget(CALLER, gate, new QuotaLedger(), nowNanos::get);

    @Test
    void theQuotaIsTheOneOfTheKeysByNow() {
        gate.replaceKeys(List.of(key(caller(new Quota(4, 120, 6000)))));

        assertThat(budget.begin(1, 100)).isEmpty();
    }

    @Test
    void aTenantThatNoKeyNamesAnyMoreKeepsTheQuotaThatItCameWith() {
        gate.replaceKeys(List.of());

        assertThat(budget.begin(1, 60)).isEmpty();
        assertThat(retry(budget.begin(1, 30))).contains(Duration.ofSeconds(30));
    }

    @Test
    void whatNobodyForesawIsPaidOffFirst() {
        budget.begin(1, 60);
        budget.spent(30);

        assertThat(retry(budget.begin(1, 10))).contains(Duration.ofSeconds(30 + 10));
        nowNanos.addAndGet(Duration.ofSeconds(30 + 10).toNanos());
        assertThat(budget.begin(1, 10)).isEmpty();
    }

    @Test
    void bytesThatWereSentArePaidOffFirst() {
        budget.begin(1, 1);
        budget.sent(6100);

        assertThat(retry(budget.begin(1, 1))).contains(Duration.ofMillis(1010));
    }

    @Test
    void evaluationsThatNeverRanAreGivenBack() {
        budget.begin(4, 60);
        budget.end(4, 50);

        assertThat(budget.begin(4, 50)).isEmpty();
        assertThat(retry(budget.begin(1, 1))).contains(Duration.ofSeconds(1));
    }

    @Test
    void aRefusalNamesTheTenant() {
        assertThat(budget.begin(5, 1))
                .contains(new Failure.QuotaExceeded(
                        "tenant:team",
                        "quota of tenant team: more than 4 trajectories at once in one request",
                        Optional.empty()));
    }

    private static Optional<Duration> retry(Optional<Failure> refusal) {
        return ((Failure.QuotaExceeded) refusal.orElseThrow()).retryAfter();
    }

    private static Caller caller(Quota quota) {
        return new Caller("team", Rank.STANDARD, 1, quota);
    }

    private static ApiKey key(Caller caller) {
        return new ApiKey("laptop", ApiKey.hash("a secret"), caller);
    }
}
