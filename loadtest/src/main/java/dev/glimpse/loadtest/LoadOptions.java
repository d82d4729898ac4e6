package dev.glimpse.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is asked of a server. */
final class LoadOptions {
    /** Keys are written in the letters of base64 for addresses, without padding. */
    private static final Pattern KEY = Pattern.compile("(?:([^=]+)=)?([^=]+)");

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
            names = "--capacity",
            paramLabel = "NFE",
            description = "Evaluations a second that the server can do; absent: measured first, with a crowd of "
                    + "clients that always wait, as large as makes a difference.")
    private @Nullable Double capacity;

    @Option(
            names = "--measure",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long the capacity is measured, without --capacity; default: ${DEFAULT-VALUE}.")
    private int measure;

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
            description = "What arrivals follow from; default: ${DEFAULT-VALUE}. Pictures are new ones each time.")
    private long seed;

    @Option(
            names = "--arrivals",
            paramLabel = "FILE",
            description = "Replay this file, of --write or of 'glimpse simulate --write'.")
    private @Nullable Path arrivals;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "8",
            description = "gRPC connections that requests take turns on; more are opened while all of them are full;"
                    + " default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long a client waits; default: ${DEFAULT-VALUE}.")
    private int timeout;

    @Option(
            names = "--key",
            paramLabel = "[TENANT=]KEY",
            description = "API key for everything; with a tenant, for its requests alone, as in W6.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--idle",
            paramLabel = "N",
            description = "Idle WebSockets beside the requests; absent: as the scenario says.")
    private @Nullable Integer idle;

    Preview preview() {
        return preview;
    }

    /** Refuses by the option's name what cannot be, before anything is measured. */
    void check() throws IOException {
        Arrival.require(seconds >= 1 && seconds <= 86_400, "--seconds", seconds, "1..86400");
        Arrival.require(load > 0 && load <= 100, "--load", load, "more than 0, at most 100");
        Arrival.require(capacity == null || capacity > 0, "--capacity", capacity, "more than 0");
        Arrival.require(measure >= 1, "--measure", measure, "at least 1");
        Arrival.require(rate == null || rate > 0, "--rate", rate, "more than 0");
        Arrival.require(connections >= 1, "--connections", connections, "at least 1");
        Arrival.require(timeout >= 1, "--timeout", timeout, "at least 1");
        Arrival.require(idle == null || idle >= 0, "--idle", idle, "at least 0");
        var unused = keys();
        if (arrivals == null) {
            Trial.Plan.checkWarmUp(warmUp, seconds);
        } else {
            Trial.Plan.checkWarmUp(warmUp, span(ArrivalFile.read(readable(arrivals))));
        }
    }

    /**
     * For what is measured before any scenario: everybody asks for a picture of their own.
     *
     * @param pictures what all pictures of the command follow from
     * @param server its place among the targets, from 0: two of them may be one server under two names
     */
    GrpcClients.Terms calibrationTerms(long pictures, int server) {
        return terms(Scenario.W2, pictures).run(-server);
    }

    private GrpcClients.Terms terms(Scenario scenario, long pictures) {
        return new GrpcClients.Terms(connections, timeout * 1000L, keys(), seed, pictures, scenario);
    }

    /** Keys by tenant; the one for everything else belongs to nobody in particular. */
    private Map<String, String> keys() {
        Map<String, String> byTenant = new HashMap<>();
        for (String key : keys) {
            Matcher matcher = KEY.matcher(key);
            Arrival.require(matcher.matches(), "--key", key, "KEY or TENANT=KEY");
            byTenant.put(matcher.group(1) == null ? "" : matcher.group(1), matcher.group(2));
        }
        return byTenant;
    }

    /** What a scenario with tenants cannot tell without their keys; empty if it needs none or has all. */
    Optional<String> missingKeys(Scenario scenario) {
        Map<String, String> known = keys();
        List<String> missing = scenario.tenants().stream()
                .filter(tenant -> !known.containsKey(tenant))
                .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(scenario + " without --key for " + String.join(" and ", missing)
                        + ": the server cannot tell its tenants apart, so this measures no fairness");
    }

    /** What the server can do, measured if nobody said it; empty if nobody asks, as with --rate. */
    Optional<Capacity> capacity(Calibration calibration) {
        if (capacity != null) {
            return Optional.of(Capacity.of(capacity));
        }
        return rate == null ? Optional.of(calibration.capacity(measure)) : Optional.empty();
    }

    /** Evaluations a second that --rate asks for; empty without. */
    OptionalDouble demand() {
        return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate * ArrivalProcess.meanNfe(preview));
    }

    /** Step counts whose unloaded time matters. */
    TreeSet<Integer> steps() throws IOException {
        TreeSet<Integer> steps = new TreeSet<>(List.of(1));
        if (arrivals == null) {
            IntStream.of(ArrivalProcess.steps()).forEach(steps::add);
        } else {
            ArrivalFile.read(readable(arrivals)).forEach(a -> steps.add(a.steps()));
        }
        return steps;
    }

    /**
     * What a scenario asks of a server.
     *
     * @param pictures what all pictures of the command follow from
     * @param known what the server can do; needed without --rate
     * @param stepMicros unloaded time of a step
     */
    Trial.Plan plan(Scenario scenario, long pictures, Optional<Capacity> known, double stepMicros) throws IOException {
        int sockets = idle == null ? scenario.clients().idle() : idle;
        GrpcClients.Terms terms = terms(scenario, pictures);
        if (arrivals != null) {
            List<Arrival> all = ArrivalFile.read(readable(arrivals));
            return new Trial.Plan(scenario, all, span(all), warmUp, terms, sockets);
        }
        double nfePerSecond = demand().orElseGet(() -> known.orElseThrow().nfePerSecond());
        Offer offer = new Offer(nfePerSecond, rate == null ? load : 1, stepMicros, seconds, preview);
        List<Arrival> all = ArrivalProcess.arrivals(scenario, offer, seed);
        return new Trial.Plan(scenario, all, seconds, warmUp, terms, sockets);
    }

    /** Seconds until the last of them. */
    private static double span(List<Arrival> all) {
        return all.isEmpty() ? 0 : all.get(all.size() - 1).atMicros() / 1e6;
    }

    private static Path readable(Path file) {
        Arrival.require(Files.isReadable(file), "--arrivals", file, "a readable file");
        return file;
    }
}
