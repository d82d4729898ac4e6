package dev.glimpse.loadtest;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that say by what a server is judged, and how that is told. */
final class ReportOptions {
    @Option(
            names = "--slo",
            paramLabel = "FACTOR",
            defaultValue = "3",
            description = "An answer is good within this multiple of its time alone on the server; default: "
                    + "${DEFAULT-VALUE}.")
    private double factor;

    @Option(
            names = "--raw",
            paramLabel = "FILE",
            description = "What 'glimpse bench --json' measured on this machine, to tell the server's efficiency by.")
    private @Nullable Path raw;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Workers of the server, for --raw; default: ${DEFAULT-VALUE}.")
    private int workers;

    /** The earlier name of --workers, which scripts may use. */
    @Option(names = "--devices", hidden = true)
    private @Nullable Integer devices;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    /** Read once, as a pipe can be. */
    private Optional<RawTimes> times = Optional.empty();

    /**
     * Refuses by the option's name what cannot be, or would have no effect, before anything is measured.
     *
     * @param given what was typed
     */
    void check(ParseResult given) throws IOException {
        Arrival.require(factor > 0, "--slo", factor, "more than 0");
        Arrival.require(allWorkers() >= 1, "--workers", allWorkers(), "at least 1");
        if (raw == null) {
            UnusedOptions.refuse(given, List.of("--workers", "--devices"), "absent without --raw, which they are for");
        } else if (devices != null) {
            UnusedOptions.refuse(given, List.of("--workers"), "absent with --devices, its earlier name");
        }
        times = raw == null ? Optional.empty() : Optional.of(RawTimes.read(raw, allWorkers()));
    }

    /** Says in a report what was asked for, as far as it applies. */
    void tell(JsonObject setup) {
        if (raw != null) {
            setup.addProperty("workers", allWorkers());
        }
    }

    private int allWorkers() {
        return devices == null ? workers : devices;
    }

    /**
     * What a good answer is.
     *
     * @param unloaded times of one client alone, by steps
     */
    Slo slo(SortedMap<Integer, Long> unloaded) {
        return new Slo(factor, unloaded);
    }

    /** Times of forwards without a server, as {@link #check} found them; empty if nobody measured them. */
    Optional<RawTimes> raw() {
        return times;
    }

    /** Whether a program reads the results. */
    boolean json() {
        return json;
    }
}
