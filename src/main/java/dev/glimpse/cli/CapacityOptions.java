package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import dev.glimpse.model.DeviceWish;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.simulation.Capacity;
import dev.glimpse.simulation.ForwardTimes;
import dev.glimpse.simulation.Preview;
import dev.glimpse.simulation.Slo;
import dev.glimpse.simulation.TrafficMix;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code glimpse capacity}. */
final class CapacityOptions {
    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private CostOption cost = new CostOption();

    /** The simulator's clock goes a little further. */
    private static final double MOST_SECONDS = 2e9;

    private static final Pattern KIND = Pattern.compile("([0-9]{1,5}):([0-9]+(?:\\.[0-9]+)?)");

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Devices of one server, or its threads that evaluate; default: devices.workers, or 1 where"
                    + " that is 0. They are GPUs with --set devices.kind=gpu, and taken for threads on the CPU else, also"
                    + " with auto.")
    private @Nullable Integer workers;

    @Option(
            names = "--server",
            paramLabel = "URL",
            description = "Admin port of a running server, such as http://localhost:8081, whose own estimate of its"
                    + " forwards, and number of devices, is taken instead of --cost and --workers.")
    private @Nullable URI server;

    @Option(
            names = "--mix",
            paramLabel = "STEPS:SHARE",
            split = ",",
            defaultValue = "1:50,2:25,4:20,18:5",
            description = "Requests by their steps; default: ${DEFAULT-VALUE}.")
    private List<String> mix = new ArrayList<>();

    @Option(
            names = "--preview",
            paramLabel = "KIND",
            defaultValue = "exact",
            description = "Pictures before the end: exact, free or none; default: ${DEFAULT-VALUE}.")
    private Preview preview = Preview.EXACT;

    @Option(
            names = "--first",
            paramLabel = "MS",
            defaultValue = "1000",
            description = "Longest time to the first picture, where one is shown before the last; default:"
                    + " ${DEFAULT-VALUE}.")
    private int firstMillis;

    @Option(
            names = "--last",
            paramLabel = "MS",
            defaultValue = "5000",
            description = "Longest time to the last picture; default: ${DEFAULT-VALUE}.")
    private int lastMillis;

    @Option(
            names = "--share",
            paramLabel = "SHARE",
            defaultValue = "0.99",
            description =
                    "Requests that have to keep --first and --last; refused ones count as failing both; default: ${DEFAULT-VALUE}.")
    private double share;

    @Option(
            names = "--rates",
            paramLabel = "N",
            split = ",",
            defaultValue = "10,20,50,100,200,500",
            description = "Requests a second to size for; default: ${DEFAULT-VALUE}.")
    private List<Double> rates = new ArrayList<>();

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "20000",
            description = "How many are simulated at each rate, or as many as come in ten times --last if that is more;"
                    + " default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            converter = SeedConverter.class,
            description = "Key of all random draws, an unsigned 64-bit number; default: ${DEFAULT-VALUE}.")
    private long seed;

    List<Double> rates() {
        return rates;
    }

    int firstMillis() {
        return firstMillis;
    }

    int lastMillis() {
        return lastMillis;
    }

    double share() {
        return share;
    }

    /** One server, as the options or the server itself describe it. */
    Capacity.Replica replica(Map<String, String> environment) throws InterruptedException {
        WrongInputException.require(
                workers == null || (workers >= 1 && workers <= 1024), "--workers", workers, "1..1024");
        cost.validate();
        Settings all = settings.read(environment, List.of());
        int devices = workers != null ? workers : Math.max(1, all.devices().workers());
        MeasuredServer measured = server == null
                ? new MeasuredServer(
                        cost.aNanos(), cost.bNanos(), devices, all.devices().kind() == DeviceWish.GPU)
                : MeasuredServer.ask(server, all);
        SchedulerSettings scheduling =
                all.toSchedulerSettings(measured.devices()).withMaxRows(ServerDevices.maxRows(all, measured.onGpus()));
        ForwardTimes times = ForwardTimes.exact(measured.aNanos(), measured.bNanos(), scheduling.minRows());
        // Nothing would be good at any rate, and the lowest ones take longer than the simulator's clock goes.
        WrongInputException.require(
                times.nanos(1) <= TimeUnit.MILLISECONDS.toNanos(lastMillis),
                "--last",
                lastMillis,
                "at least " + (long) Math.ceil(times.nanos(1) / 1e6) + ", what the smallest forward takes");
        return new Capacity.Replica(scheduling, times, all.limits().maxDuration());
    }

    /** What is asked of a server. */
    Capacity.Demand demand() {
        WrongInputException.require(firstMillis >= 1, "--first", firstMillis, "at least 1");
        WrongInputException.require(
                lastMillis >= firstMillis, "--last", lastMillis, "at least --first, " + firstMillis);
        WrongInputException.require(share > 0 && share <= 1, "--share", share, "more than 0, at most 1");
        WrongInputException.require(requests >= 100, "--requests", requests, "at least 100");
        WrongInputException.require(
                rates.stream().allMatch(rate -> rate >= 0.001 && rate <= 1e9), "--rates", rates, "0.001..1e9 each");
        double slowest = rates.stream().mapToDouble(rate -> rate).min().orElse(1);
        WrongInputException.require(
                requests <= MOST_SECONDS * slowest,
                "--requests",
                requests,
                "at most " + (long) (MOST_SECONDS * slowest) + " at " + slowest
                        + " a second, so that all happens in 63 years");
        Slo slo = new Slo.Within(TimeUnit.MILLISECONDS.toNanos(firstMillis), TimeUnit.MILLISECONDS.toNanos(lastMillis));
        return new Capacity.Demand(mix(), slo, share, requests, seed);
    }

    private TrafficMix mix() {
        TreeMap<Integer, Double> shares = new TreeMap<>();
        for (String kind : mix) {
            Matcher matcher = KIND.matcher(kind);
            WrongInputException.require(matcher.matches(), "--mix", kind, "STEPS:SHARE, such as 4:20");
            int steps = Integer.parseInt(matcher.group(1));
            double part = Double.parseDouble(matcher.group(2));
            WrongInputException.require(
                    steps >= 1 && steps <= 10_000 && part > 0, "--mix", kind, "1..10000 steps and a share above 0");
            WrongInputException.require(shares.put(steps, part) == null, "--mix", kind, "each number of steps once");
        }
        return new TrafficMix(shares, preview);
    }
}
