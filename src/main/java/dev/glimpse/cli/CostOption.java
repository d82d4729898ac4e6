package dev.glimpse.cli;

import dev.glimpse.simulation.ForwardTimes;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that says how long forwards take, T(rows) = A + B x rows. */
final class CostOption {
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
                millis.size() == 2 && millis.get(0) >= 0 && millis.get(1) > 0,
                "--cost",
                millis,
                "A,B in milliseconds, A at least 0 and B more than 0");
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
