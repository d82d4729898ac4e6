package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.glimpse.cli.CostLine.Point;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

class CostLineTest {
    /** What takes a cost. */
    @CommandLine.Command
    private static final class Command {
        @Mixin
        private final CostOption cost = new CostOption();
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0.004", "0.4, 0.0000314159", "0, 0.008", "1e-9, 1e-9", "2, 4", "12.3456, 987654.321", "1e8, 0.1"})
    void whatIsPrintedIsTakenAndIsTheLine(double a, double b) {
        Command command = new Command();
        new CommandLine(command).parseArgs("--cost", new CostLine(a, b).option());
        command.cost.validate();

        assertThat(command.cost.aNanos() / 1e6).isCloseTo(a, within(a / 100));
        assertThat(command.cost.bNanos() / 1e6).isCloseTo(b, within(b / 100));
        assertThat(new CostLine(a, b).option()).matches("\\d+\\.\\d{2,},\\d+\\.\\d{2,}");
    }

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
