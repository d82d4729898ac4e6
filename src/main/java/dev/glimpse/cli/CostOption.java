package dev.glimpse.cli;

import dev.glimpse.simulation.ForwardTimes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that says how long forwards take, T(rows) = A + B x rows. */
final class CostOption {
    /** What no forward takes: days, or less than the simulator's clock tells apart in a million of them. */
    private static final double MOST_MILLIS = 1e9;

    private static final double LEAST_MILLIS = 1e-9;

    @Option(
            names = "--cost",
            paramLabel = "A,B",
            split = ",",
            defaultValue = "2,4",
            description = "Milliseconds that a forward takes: A and B for each row; default: ${DEFAULT-VALUE}. "
                    + "'glimpse bench', on an idle machine, ends with them.")
    private List<Double> millis = new ArrayList<>();

    /** Refuses what is no cost. */
    void validate() {
        WrongInputException.require(
                millis.size() == 2 && isWithin(0, millis.get(0)) && isWithin(LEAST_MILLIS, millis.get(1)),
                "--cost",
                millis,
                "A,B in milliseconds, A 0..1e9 and B 1e-9..1e9");
    }

    private static boolean isWithin(double least, double value) {
        return value >= least && value <= MOST_MILLIS;
    }

    double aNanos() {
        return millis.get(0) * 1e6;
    }

    double bNanos() {
        return millis.get(1) * 1e6;
    }

    /** The same for every forward, which is padded to a multiple of {@code minRows}. */
    ForwardTimes times(int minRows) {
        return ForwardTimes.exact(aNanos(), bNanos(), minRows);
    }
}
