package dev.glimpse.loadtest;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that say what arrives, and when. */
final class ArrivalOptions {
    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "Span of the arrivals; default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "First part of --seconds, which does not count; default: ${DEFAULT-VALUE}.")
    private double warmUp;

    @Option(
            names = "--load",
            paramLabel = "SHARE",
            defaultValue = "0.8",
            description = "Evaluations asked for, as a share of the server's capacity; default: ${DEFAULT-VALUE}.")
    private double load;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Requests a second of W2's mix, instead of --load and --capacity.")
    private @Nullable Double rate;

    @Option(
            names = "--preview",
            paramLabel = "KIND",
            defaultValue = "EXACT",
            description = "exact, free or none; default: ${DEFAULT-VALUE}.")
    private Preview preview = Preview.EXACT;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "What arrivals follow from, and which clients stop reading or leave with their socket; default: "
                            + "${DEFAULT-VALUE}. Pictures are new ones each time.")
    private long seed;

    @Option(
            names = "--arrivals",
            paramLabel = "FILE",
            description = "Replay this file, of --write or of 'glimpse simulate --write'.")
    private @Nullable Path arrivals;

    /** What {@link #arrivals} holds, which a pipe tells once. */
    private @Nullable List<Arrival> read;

    long seed() {
        return seed;
    }

    /** Whether what is asked for does not follow from what the server can do. */
    boolean rated() {
        return rate != null;
    }

    /**
     * Refuses by the option's name what cannot be, or would have no effect.
     *
     * @param given what was typed
     */
    void check(List<Scenario> scenarios, ParseResult given) throws IOException {
        refuseUnused(scenarios, given);
        Arrival.require(seconds >= 1 && seconds <= 86_400, "--seconds", seconds, "1..86400");
        Arrival.require(load > 0 && load <= 100, "--load", load, "more than 0, at most 100");
        Arrival.require(rate == null || rate > 0, "--rate", rate, "more than 0");
        if (arrivals != null) {
            String expected = "requests that are not all due at once, at the start";
            Arrival.require(span(file(arrivals)) > 0, "--arrivals", arrivals, expected);
        }
        Trial.Plan.checkWarmUp(warmUp, arrivals == null ? seconds : span(file(arrivals)));
    }

    private void refuseUnused(List<Scenario> scenarios, ParseResult given) {
        if (arrivals != null) {
            List<String> others = List.of("--seconds", "--load", "--rate", "--preview");
            UnusedOptions.refuse(given, others, "absent with --arrivals, whose file says what arrives");
        } else if (rate != null) {
            UnusedOptions.refuse(given, List.of("--load"), "absent with --rate, which says how much is asked for");
        }
        String all = scenarios.stream().distinct().map(Scenario::name).collect(Collectors.joining(" and "));
        String expected = "absent with " + all + ", where it changes nothing";
        if (!loaded(scenarios)) {
            UnusedOptions.refuse(given, List.of("--load"), expected);
        }
        if (scenarios.stream().allMatch(Scenario::hasOwnTimes)) {
            UnusedOptions.refuse(given, List.of("--rate"), expected);
        }
    }

    /** Whether --load makes a difference to any of them. */
    private static boolean loaded(List<Scenario> scenarios) {
        return scenarios.stream().anyMatch(Predicate.not(Scenario::hasOwnLoad));
    }

    /** The kind of pictures that requests ask for; of a file, the one that most of them do. */
    Preview preview() throws IOException {
        return arrivals == null ? preview : most(file(arrivals));
    }

    /** Step counts whose unloaded time matters, with the kind of pictures that most requests of so many ask for. */
    SortedMap<Integer, Preview> steps() throws IOException {
        SortedMap<Integer, Preview> kinds = new TreeMap<>();
        kinds.put(1, preview());
        if (arrivals == null) {
            for (int steps : ArrivalProcess.steps()) {
                kinds.put(steps, preview);
            }
        } else {
            file(arrivals).stream()
                    .collect(Collectors.groupingBy(Arrival::steps))
                    .forEach((steps, those) -> kinds.put(steps, most(those)));
        }
        return kinds;
    }

    private Preview most(List<Arrival> all) {
        return all.stream()
                .collect(Collectors.groupingBy(Arrival::preview, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse(preview);
    }

    /**
     * What a scenario asks of a server.
     *
     * @param known what the server can do; needed without --rate
     * @param stepMicros unloaded time of a step
     * @param sockets idle ones beside the requests
     */
    Trial.Plan plan(
            Scenario scenario, GrpcClients.Terms terms, Optional<Capacity> known, double stepMicros, int sockets)
            throws IOException {
        if (arrivals != null) {
            List<Arrival> all = file(arrivals);
            return new Trial.Plan(scenario, all, span(all), warmUp, terms, sockets);
        }
        double nfePerSecond =
                rate == null ? known.orElseThrow().nfePerSecond() : rate * ArrivalProcess.meanNfe(preview);
        Offer offer = new Offer(nfePerSecond, rate == null ? load : 1, stepMicros, seconds, preview);
        List<Arrival> all = ArrivalProcess.arrivals(scenario, offer, seed);
        return new Trial.Plan(scenario, all, seconds, warmUp, terms, sockets);
    }

    /** Says in a report what was asked for, as far as it applies. */
    void tell(JsonObject setup, List<Scenario> scenarios) {
        setup.addProperty("seed", seed);
        setup.addProperty("warm_up_seconds", warmUp);
        if (arrivals != null) {
            setup.addProperty("arrivals", arrivals.toString());
            return;
        }
        setup.addProperty("seconds", seconds);
        setup.addProperty("preview", preview.name().toLowerCase(Locale.ROOT));
        if (rate != null) {
            setup.addProperty("rate", rate);
        } else if (loaded(scenarios)) {
            setup.addProperty("load", load);
        }
    }

    private List<Arrival> file(Path file) throws IOException {
        List<Arrival> all = read == null ? ArrivalFile.read("--arrivals", file) : read;
        read = all;
        return all;
    }

    /** Seconds until the last of them. */
    private static double span(List<Arrival> all) {
        return all.isEmpty() ? 0 : all.get(all.size() - 1).atMicros() / 1e6;
    }
}
