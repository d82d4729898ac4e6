package dev.glimpse.loadtest;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that say what is asked of a server. */
final class LoadOptions {
    /** Keys are written in the letters of base64 for addresses, without padding. */
    private static final Pattern KEY = Pattern.compile("(?:([^=]+)=)?([^=]+)");

    @Mixin
    private ArrivalOptions arrivals = new ArrivalOptions();

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

    ArrivalOptions arrivals() {
        return arrivals;
    }

    /**
     * Refuses by the option's name what cannot be, before anything is measured.
     *
     * @param given what was typed
     */
    void check(List<Scenario> scenarios, ParseResult given) throws IOException {
        arrivals.check(scenarios, given);
        if (arrivals.rated()) {
            String expected = "absent with --rate, which says how much is asked for";
            UnusedOptions.refuse(given, List.of("--capacity", "--measure"), expected);
        } else if (capacity != null) {
            UnusedOptions.refuse(given, List.of("--measure"), "absent with --capacity, of which nothing is measured");
        }
        Arrival.require(capacity == null || capacity > 0, "--capacity", capacity, "more than 0");
        Arrival.require(measure >= 1, "--measure", measure, "at least 1");
        Arrival.require(connections >= 1, "--connections", connections, "at least 1");
        Arrival.require(timeout >= 1, "--timeout", timeout, "at least 1");
        Arrival.require(idle == null || idle >= 0, "--idle", idle, "at least 0");
        var unused = keys();
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
        return new GrpcClients.Terms(connections, timeout * 1000L, keys(), arrivals.seed(), pictures, scenario);
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
        return arrivals.rated() ? Optional.empty() : Optional.of(calibration.capacity(measure));
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
        return arrivals.plan(scenario, terms(scenario, pictures), known, stepMicros, sockets);
    }

    /** Says in a report what was asked for, as far as it applies. */
    void tell(JsonObject setup, List<Scenario> scenarios) {
        arrivals.tell(setup, scenarios);
        if (capacity == null && !arrivals.rated()) {
            setup.addProperty("measure_seconds", measure);
        }
        setup.addProperty("connections", connections);
        setup.addProperty("timeout_seconds", timeout);
        if (idle != null) {
            setup.addProperty("idle_sockets", idle);
        }
    }
}
