package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EarlyStoppingTest {
    private static final EarlyStopping P99 = new EarlyStopping(0.99, 0.99);

    /** MLPerf Inference asks for at least 64 queries for a 90th percentile and 662 for a 99th, each with one late. */
    @ParameterizedTest
    @CsvSource({"0.9,1,64", "0.99,0,459", "0.99,1,662"})
    void fewestQueriesAreThoseOfThePublishedRules(double share, int late, int queries) {
        EarlyStopping rule = new EarlyStopping(share, 0.99);

        assertThat(rule.queriesFor(late)).isEqualTo(queries);
        assertThat(rule.shows(queries, late)).isTrue();
        assertThat(rule.shows(queries - 1, late)).isFalse();
        assertThat(rule.shows(queries, late + 1)).isFalse();
    }

    @Test
    void tooFewQueriesShowNothingEvenIfNoneIsLate() {
        assertThat(P99.allowedLate(P99.queriesFor(0) - 1)).isEmpty();
    }

    /** p^n is no double any more, and its logarithm has to carry the sum. */
    @ParameterizedTest
    @ValueSource(ints = {10_000, 100_000, 1_000_000})
    void manyQueriesMayMissAlmostTheShareThatIsClaimed(int queries) {
        int allowed = P99.allowedLate(queries).orElseThrow();
        double mean = queries * 0.01;
        double deviation = Math.sqrt(mean * 0.99);

        // 2.326 standard deviations leave 1 % of a normal distribution below.
        assertThat((mean - allowed) / deviation).isBetween(2.2, 2.5);
    }

    @Test
    void aShareOfAllCannotBeClaimed() {
        assertThatThrownBy(() -> new EarlyStopping(1, 0.99)).hasMessage("share: 1.0 (expected: within (0, 1))");
    }
}
