package dev.glimpse.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The option that has arrivals written in place of any run. */
final class WriteOption {
    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "Measure the server, write the scenario's arrivals there, and run none.")
    private @Nullable Path write;

    boolean isSet() {
        return write != null;
    }

    /**
     * Refuses by its name what could not be written, or would have no effect beside it, before anything is measured.
     *
     * @param given what was typed
     */
    void check(List<Scenario> scenarios, ParseResult given) {
        if (write == null) {
            return;
        }
        List<String> others = List.of("--json", "--slo", "--rounds", "--raw", "--idle", "--admin", "--pid");
        UnusedOptions.refuse(given, others, "absent with --write, which runs nothing");
        Arrival.require(
                scenarios.size() == 1, "--write", scenarios.size() + " scenarios", "one, whose arrivals it keeps");
        @Nullable Path place = write.toAbsolutePath().getParent();
        boolean writable = Files.exists(write)
                ? !Files.isDirectory(write) && Files.isWritable(write)
                : place != null && Files.isDirectory(place) && Files.isWritable(place);
        Arrival.require(writable, "--write", write, "a file that can be written");
    }

    /** Writes arrivals where the option says. */
    void write(List<Arrival> arrivals) throws IOException {
        if (write != null) {
            ArrivalFile.write(arrivals, write);
        }
    }
}
