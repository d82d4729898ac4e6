package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {
    private static final Demand.Capacity ONE_A_NANOSECOND = due -> due;

    private final Demand demand = new Demand();

    private boolean fits(long due, long nfe) {
        return demand.fits(List.of(new Demand.Part(due, nfe)), ONE_A_NANOSECOND);
    }

    @Test
    void workFitsWhenNoTimeHasMoreDueThanIsDoneByThen() {
        demand.add(new Demand.Part(10, 6), 1);
        demand.add(new Demand.Part(20, 10), 1);
        assertThat(fits(10, 4)).isTrue();
        assertThat(fits(10, 5)).isFalse();
        assertThat(fits(20, 4)).isTrue();
        assertThat(fits(20, 5)).isFalse();
        assertThat(fits(30, 14)).isTrue();
    }

    @Test
    void earlierWorkDoesNotFitWhenItMakesLaterWorkLate() {
        demand.add(new Demand.Part(20, 20), 1);
        assertThat(fits(10, 1)).isFalse();
    }

    @Test
    void askingLeavesNothingBehind() {
        demand.add(new Demand.Part(10, 10), 1);
        assertThat(fits(10, 1)).isFalse();
        demand.add(new Demand.Part(10, 10), -1);
        assertThat(fits(10, 10)).isTrue();
    }
}
