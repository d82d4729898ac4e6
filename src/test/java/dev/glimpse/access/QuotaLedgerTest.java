package dev.glimpse.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.QuotaLedger.Entry;
import dev.glimpse.scheduler.Rank;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuotaLedgerTest {
    private static final Quota QUOTA = new Quota(4, 60, 6000);
    private static final Caller CALLER = new Caller("team", Rank.STANDARD, 1, QUOTA);
    private static final Caller OTHER = new Caller("others", Rank.STANDARD, 1, QUOTA);
    private static final long START = 1_000;

    private final QuotaLedger ledger = new QuotaLedger();

    @Test
    void whatTheQuotaHoldsIsGranted() {
        assertThat(ledger.begin(CALLER, 4, 60, START)).isInstanceOf(Entry.Granted.class);
    }

    @Test
    void moreTrajectoriesAtOnceAreRefusedUntilSomeEnd() {
        ledger.begin(CALLER, 3, 1, START);

        assertThat(ledger.begin(CALLER, 2, 1, START)).isInstanceOf(Entry.Exceeded.class);
        ledger.end(CALLER, 3, 0, START);
        assertThat(ledger.begin(CALLER, 2, 1, START)).isInstanceOf(Entry.Granted.class);
    }

    @Test
    void aRefusalTakesNothing() {
        ledger.begin(CALLER, 3, 30, START);
        ledger.begin(CALLER, 2, 30, START);

        assertThat(ledger.begin(CALLER, 1, 30, START)).isInstanceOf(Entry.Granted.class);
    }

    @Test
    void evaluationsComeBackWithTheMinuteAndTheRefusalTellsWhen() {
        ledger.begin(CALLER, 1, 60, START);

        Entry refused = ledger.begin(CALLER, 1, 10, START);

        Duration wait = ((Entry.Exceeded) refused).retryAfter().orElseThrow();
        assertThat(wait).isEqualTo(Duration.ofSeconds(10));
        assertThat(ledger.begin(CALLER, 1, 10, START + wait.toNanos())).isInstanceOf(Entry.Granted.class);
    }

    @Test
    void whatNobodyForesawIsADebtThatRefillsFirst() {
        ledger.begin(CALLER, 1, 60, START);
        ledger.spent(CALLER, 30, START);

        Entry refused = ledger.begin(CALLER, 1, 10, START);

        assertThat(((Entry.Exceeded) refused).retryAfter()).contains(Duration.ofSeconds(30 + 10));
        assertThat(ledger.begin(OTHER, 1, 60, START)).isInstanceOf(Entry.Granted.class);
    }

    @Test
    void whatNeverFitsIsRefusedWithoutAHint() {
        Entry refused = ledger.begin(CALLER, 1, 61, START);

        assertThat(refused)
                .isEqualTo(new Entry.Exceeded(
                        "quota of tenant team: more than 60 network evaluations a minute in one request",
                        Optional.empty()));
    }

    @Test
    void aRequestForAllOfABoundIsToldWhenToComeAgain() {
        ledger.begin(CALLER, 1, 1, START);

        assertThat(ledger.begin(CALLER, 4, 1, START))
                .isEqualTo(new Entry.Exceeded(
                        "quota of tenant team: more than 4 trajectories at once", Optional.of(Duration.ofSeconds(1))));
        assertThat(ledger.begin(CALLER, 1, 60, START))
                .isEqualTo(new Entry.Exceeded(
                        "quota of tenant team: more than 60 network evaluations a minute",
                        Optional.of(Duration.ofSeconds(1))));
    }

    @Test
    void aChangedQuotaBeginsAnewWhileWhatRunsStillCounts() {
        Caller changed = new Caller("team", Rank.STANDARD, 1, new Quota(4, 120, 6000));
        ledger.begin(CALLER, 3, 60, START);

        assertThat(ledger.begin(changed, 2, 1, START)).isInstanceOf(Entry.Exceeded.class);
        assertThat(ledger.begin(changed, 1, 100, START)).isInstanceOf(Entry.Granted.class);
    }

    @Test
    void evaluationsThatNeverRanAreGivenBack() {
        ledger.begin(CALLER, 1, 60, START);
        ledger.end(CALLER, 1, 50, START);

        assertThat(ledger.begin(CALLER, 1, 50, START)).isInstanceOf(Entry.Granted.class);
    }

    @Test
    void sentBytesAreADebtThatHasToBePaidOff() {
        ledger.begin(CALLER, 1, 1, START);
        ledger.sent(CALLER, 6100, START);

        assertThat(ledger.begin(CALLER, 1, 1, START)).isInstanceOf(Entry.Exceeded.class);
        assertThat(ledger.begin(CALLER, 1, 1, START + Duration.ofSeconds(2).toNanos()))
                .isInstanceOf(Entry.Granted.class);
    }

    @Test
    void oneTenantCostsAnotherNothing() {
        ledger.begin(CALLER, 4, 60, START);

        assertThat(ledger.begin(OTHER, 4, 60, START)).isInstanceOf(Entry.Granted.class);
    }
}
