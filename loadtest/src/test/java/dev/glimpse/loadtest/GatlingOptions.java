package dev.glimpse.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What Gatling is asked for.
 *
 * @param doors of the server, which take turns
 * @param keys one for everybody, as requests have no tenants here
 */
record GatlingOptions(
        Scenario scenario,
        Target target,
        long seed,
        List<String> doors,
        Map<String, String> keys,
        List<Arrival> arrivals) {
    static final String GRPC = "grpc";
    static final String WEB_SOCKET = "websocket";
    static final String SSE = "sse";
    static final String REST = "rest";

    private static final List<String> DOORS = List.of(GRPC, WEB_SOCKET, SSE, REST);

    /** Of an otherwise idle machine without a GPU; only clients that leave go by it. */
    private static final double STEP_MICROS = 30_000;

    /**
     * Reads them.
     *
     * @param given options by their names without dashes, as system properties
     * @throws IllegalArgumentException with one line that names the option
     */
    static GatlingOptions read(Properties given) throws IOException {
        Scenario scenario = word("scenario", given.getProperty("scenario", "SMOKE"), Scenario.values());
        List<String> doors =
                List.of(given.getProperty("doors", String.join(",", DOORS)).split(",", -1));
        boolean known = DOORS.containsAll(doors) && doors.stream().distinct().count() == doors.size();
        Arrival.require(known, "--doors", String.join(",", doors), "some of grpc, websocket, sse and rest, each once");
        long seed = number(given, "seed", "1", Long::valueOf, "a whole number");
        String key = given.getProperty("key", "");
        return new GatlingOptions(
                scenario,
                target(given),
                seed,
                doors,
                key.isEmpty() ? Map.of() : Map.of("", key),
                arrivals(given, scenario, doors, seed));
    }

    /** Its certificates are for gRPC alone: at its own doors Gatling believes every one. */
    private static Target target(Properties given) {
        String file = given.getProperty("ca", "");
        Tls tls = Tls.of("--ca", file.isEmpty() ? Optional.empty() : Optional.of(Path.of(file)));
        Target target = Target.parse("--target", given.getProperty("target", "localhost:8080"), tls);
        Arrival.require(file.isEmpty() || target.tls().isPresent(), "--ca", file, "with a --target of https://");
        return target;
    }

    private static List<Arrival> arrivals(Properties given, Scenario scenario, List<String> doors, long seed)
            throws IOException {
        String file = given.getProperty("arrivals", "");
        if (!file.isEmpty()) {
            absent(given, List.of("rate", "seconds", "preview"), "--arrivals, whose file says what arrives");
            return read(file, doors);
        }
        if (scenario.hasOwnTimes()) {
            absent(given, List.of("rate"), scenario + ", where it changes nothing");
        }
        Preview preview = word("--preview", given.getProperty("preview", "exact"), Preview.values());
        double rate = number(given, "rate", "5", Double::valueOf, "a number");
        Arrival.require(rate > 0, "--rate", rate, "more than 0");
        int seconds = number(given, "seconds", "30", Integer::valueOf, "a whole number");
        Arrival.require(seconds >= 1 && seconds <= 86_400, "--seconds", seconds, "1..86400");
        Offer offer = new Offer(rate * ArrivalProcess.meanNfe(preview), 1, STEP_MICROS, seconds, preview);
        List<Arrival> all = ArrivalProcess.arrivals(scenario, offer, seed);
        Arrival.require(!all.isEmpty(), "--rate", rate, "enough for one request in --seconds, " + seconds);
        return all;
    }

    private static List<Arrival> read(String file, List<String> doors) throws IOException {
        List<Arrival> all = ArrivalFile.read("--arrivals", Path.of(file));
        boolean heeded = doors.equals(List.of(GRPC)) || all.stream().allMatch(Arrival::reads);
        String expected =
                "clients that all read, or --doors grpc with it, as Gatling reads as fast as it can elsewhere";
        Arrival.require(heeded, "--arrivals", file, expected);
        boolean nobodys = all.stream().allMatch(one -> one.tenant().isEmpty());
        Arrival.require(nobodys, "--arrivals", file, "requests of no tenant, as Gatling's have none");
        Arrival.require(!all.isEmpty(), "--arrivals", file, "at least one request");
        return all;
    }

    private static void absent(Properties given, List<String> names, String beside) {
        for (String name : names) {
            String value = given.getProperty(name);
            Arrival.require(value == null, "--" + name, value, "absent with " + beside);
        }
    }

    private static <T> T number(
            Properties given, String name, String otherwise, Function<String, T> parsed, String expected) {
        String text = given.getProperty(name, otherwise);
        try {
            return parsed.apply(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--" + name + ": " + text + " (expected: " + expected + ")", e);
        }
    }

    private static <T extends Enum<T>> T word(String name, String text, T[] words) {
        Optional<T> word = Stream.of(words)
                .filter(one -> one.name().equalsIgnoreCase(text))
                .findFirst();
        String all = String.join(", ", Stream.of(words).map(Enum::name).toList());
        Arrival.require(word.isPresent(), name, text, "one of " + all.toLowerCase(Locale.ROOT));
        return word.orElseThrow();
    }
}
