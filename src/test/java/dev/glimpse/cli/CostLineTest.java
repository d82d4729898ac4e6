package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.cli.CostLine.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class CostLineTest {
    @Test
    void timesOnALineGiveThatLine() {
        CostLine line = CostLine.through(List.of(new Point(4, 11), new Point(8, 19), new Point(12, 27)));

        assertThat(line.a()).isCloseTo(3, within(1e-12));
        assertThat(line.b()).isCloseTo(2, within(1e-12));
        assertThat(line.time(16)).isCloseTo(35, within(1e-12));
    }

    @Test
    void theLineLeavesTheLeastSquares() {
        CostLine line = CostLine.through(List.of(new Point(1, 3), new Point(2, 6), new Point(3, 6)));

        assertThat(line.a()).isCloseTo(2, within(1e-12));
        assertThat(line.b()).isCloseTo(1.5, within(1e-12));
    }

    /** A part that is below zero, or a row that costs nothing, is no cost that anything can be planned with. */
    @Test
    void costsAreInProportionWhereTheLineWouldBeNone() {
        assertThat(CostLine.through(List.of(new Point(4, 8), new Point(4, 10)))).isEqualTo(new CostLine(0, 2.25));
        assertThat(CostLine.through(List.of(new Point(4, 10), new Point(8, 8)))).isEqualTo(new CostLine(0, 1.5));
        assertThat(CostLine.through(List.of(new Point(2, 2), new Point(4, 7)))).isEqualTo(new CostLine(0, 1.5));
    }
}
