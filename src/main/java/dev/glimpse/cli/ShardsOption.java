package dev.glimpse.cli;

import dev.glimpse.model.ComputeDevice;
import dev.glimpse.training.Placement;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --shards} of {@code glimpse train}. */
final class ShardsOption {
    private static final String NAME = "--shards";

    @Option(
            names = NAME,
            paramLabel = "N",
            description =
                    "Threads that share each batch; default: one per core or GPU and at most one per picture, or with"
                            + " --resume as before. Part of what decides the numbers.")
    private @Nullable Integer shards;

    /**
     * Refuses what no run can have, and no new one.
     *
     * @param before of the run that goes on; empty for a new one
     * @param batch pictures of each step
     */
    void check(OptionalInt before, int batch) {
        if (shards == null) {
            return;
        }
        if (before.isPresent()) {
            // Whatever it began with: other numbers are refused by the run itself.
            WrongInputException.require(shards >= 1, NAME, shards, "at least 1");
        } else {
            boolean fits = shards >= 1 && shards <= batch;
            WrongInputException.require(fits, NAME, shards, "1.." + batch + ", at most one per picture of a batch");
        }
    }

    /** Where a run computes: with as many shards as asked for, or else as before, or else as many as are of use. */
    Placement placement(List<ComputeDevice> devices, OptionalInt before, int batch) {
        return Placement.on(devices, shards != null ? shards : before.orElseGet(() -> usual(devices, batch)));
    }

    /** One with no picture of a batch would only hold networks. */
    private static int usual(List<ComputeDevice> devices, int batch) {
        int all = devices.get(0).isGpu() ? devices.size() : Runtime.getRuntime().availableProcessors();
        return Math.min(all, batch);
    }
}
