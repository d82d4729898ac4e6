package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ForwardCostTest {
    private final ForwardCost cost = new ForwardCost(4);

    @Test
    void nothingIsKnownBeforeTheFirstForward() {
        assertThat(cost.known()).isFalse();
    }

    @Test
    void lineThroughTheObservationsIsFound() {
        for (int rows : new int[] {4, 8, 16}) {
            cost.observe(rows, 1000 + 50L * rows);
        }
        assertThat(cost.nanos(10)).isCloseTo(1500, within(1e-6));
        assertThat(cost.nanos(1)).isCloseTo(1050, within(1e-6));
    }

    @Test
    void oneSizeAloneCountsForSmallerForwardsAndInProportionForLargerOnes() {
        cost.observe(4, 1000);
        assertThat(cost.nanos(1)).isEqualTo(1000);
        assertThat(cost.nanos(4)).isEqualTo(1000);
        assertThat(cost.nanos(12)).isEqualTo(3000);
    }

    @Test
    void oneSizeAfterOthersTellsThePaceOfAll() {
        cost.observe(4, 1200);
        for (int i = 0; i < 4; i++) {
            cost.observe(8, 1400);
        }
        for (int i = 0; i < 4; i++) {
            cost.observe(8, 2800);
        }
        assertThat(cost.nanos(4)).isCloseTo(2400, within(1e-6));
        assertThat(cost.hasSlope()).isTrue();
    }

    @Test
    void forwardsBeyondTheWindowAreForgotten() {
        cost.observe(4, 1_000_000);
        for (int i = 0; i < 2; i++) {
            cost.observe(4, 1000);
            cost.observe(8, 1800);
        }
        assertThat(cost.nanos(8)).isCloseTo(1800, within(1e-6));
    }

    @Test
    void costNeverFallsWithMoreRowsHoweverNoisyTheTimes() {
        cost.observe(4, 5000);
        cost.observe(8, 1000);
        assertThat(cost.nanos(16)).isGreaterThanOrEqualTo(cost.nanos(4)).isPositive();
    }

    @Test
    void oneForwardThatTookFarLongerIsAnAccidentAndTwoAreTheRule() {
        cost.observe(4, 1000);
        cost.observe(8, 1800);
        assertThat(cost.observe(8, 100_000)).isFalse();
        assertThat(cost.nanos(8)).isCloseTo(1800, within(1e-6));
        assertThat(cost.observe(8, 100_000)).isTrue();
        assertThat(cost.nanos(8)).isGreaterThan(40_000);
    }

    @Test
    void largerForwardIsNoAccidentHoweverFlatTheLineThroughTheSmallOnes() {
        cost.observe(4, 1000);
        cost.observe(8, 990);
        assertThat(cost.observe(64, 8000)).isTrue();
    }

    @Test
    void oneForwardThatTookFarLessShowsThatTheOthersTellNothingAnyMore() {
        cost.observe(4, 100_000);
        cost.observe(8, 180_000);
        cost.observe(8, 1800);
        assertThat(cost.nanos(8)).isCloseTo(1800, within(1e-6));
        assertThat(cost.nanos(4)).isCloseTo(1000, within(1e-6));
    }
}
