package dev.glimpse.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FairnessTest {
    private final Fairness fairness = new Fairness();

    @Test
    void fairIsToGiveEverybodyTheSameButNobodyMoreThanAsked() {
        serve("small", 1, 10, 10);
        serve("large", 1, 1000, 45);
        serve("huge", 1, 9000, 45);
        assertThat(fairness.index()).isCloseTo(1, within(1e-12));
    }

    @Test
    void weightsAreShares() {
        serve("one", 1, 100, 25);
        serve("three", 3, 100, 75);
        assertThat(fairness.index()).isCloseTo(1, within(1e-12));
    }

    @Test
    void whoeverAsksForLessThanItsWeightedShareLeavesTheRestToOthers() {
        serve("heavy", 3, 60, 60);
        serve("light", 1, 100, 40);
        assertThat(fairness.index()).isCloseTo(1, within(1e-12));
    }

    @Test
    void allForOneOfFourIsAQuarter() {
        serve("a", 1, 100, 100);
        serve("b", 1, 100, 0);
        serve("c", 1, 100, 0);
        serve("d", 1, 100, 0);
        assertThat(fairness.index()).isCloseTo(0.25, within(1e-12));
    }

    private void serve(String tenant, double weight, int asked, int served) {
        fairness.asked(tenant, weight, asked);
        fairness.served(tenant, served);
    }
}
