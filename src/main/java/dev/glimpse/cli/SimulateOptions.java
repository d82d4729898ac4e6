package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader.Flag;
import dev.glimpse.model.DeviceWish;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.simulation.Arrival;
import dev.glimpse.simulation.ArrivalFile;
import dev.glimpse.simulation.ArrivalProcess;
import dev.glimpse.simulation.ForwardTimes;
import dev.glimpse.simulation.Preview;
import dev.glimpse.simulation.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options of {@code glimpse simulate} that say what arrives where. */
final class SimulateOptions {
    private static final List<String> OF_WORKLOADS =
            List.of("--workload", "--requests", "--load", "--preview", "--deadline", "--flexible", "--seed");

    @Mixin
    private SettingsOptions settings = new SettingsOptions();

    @Mixin
    private CostOption cost = new CostOption();

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "1",
            description = "Devices of the fleet; default: ${DEFAULT-VALUE}. With --set devices.kind=gpu they are GPUs.")
    private int devices;

    @Option(
            names = "--workload",
            paramLabel = "W1..W6",
            defaultValue = "W2",
            description =
                    "What arrives: W1 one at a time, W2 Poisson with 1 to 18 steps, W3 with clients that leave, W4 "
                            + "with slow readers, W5 in bursts, W6 one tenant flooding another; default: ${DEFAULT-VALUE}.")
    private Workload workload = Workload.W2;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "100000",
            description = "How many arrive; default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--load",
            paramLabel = "SHARE",
            defaultValue = "0.8",
            description = "Evaluations asked for, as a share of what the devices can do; default: ${DEFAULT-VALUE}.")
    private double load;

    @Option(
            names = "--preview",
            paramLabel = "KIND",
            defaultValue = "exact",
            description = "exact, as the server's default, free or none; default: ${DEFAULT-VALUE}.")
    private Preview preview = Preview.EXACT;

    @Option(
            names = "--deadline",
            paramLabel = "FACTOR",
            defaultValue = "0",
            description = "Deadline of requests, as a multiple of their unloaded time; 0 for none; default: "
                    + "${DEFAULT-VALUE}.")
    private double deadline;

    @Option(names = "--flexible", description = "Requests welcome fewer steps when time is short.")
    private boolean flexible;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            converter = SeedConverter.class,
            description = "Key of all random draws, an unsigned 64-bit number; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--arrivals", paramLabel = "FILE", description = "Replay this file instead of a workload.")
    private @Nullable Path arrivals;

    private @Nullable RecordedArrivals recorded;

    int devices() {
        return devices;
    }

    Settings settings(Map<String, String> environment) {
        int workers = Math.min(devices, 1024);
        Flag flag = new Flag("devices.workers", Integer.toString(workers), "--devices");
        Settings all = settings.read(environment, List.of(flag));
        int set = all.devices().workers();
        WrongInputException.require(
                set == workers, "devices.workers", set, "absent from --set, as --devices says how many");
        return all;
    }

    /** The scheduler of a server with those settings and so many devices. */
    SchedulerSettings scheduling(Settings all) {
        boolean onGpus = all.devices().kind() == DeviceWish.GPU;
        return all.toSchedulerSettings(devices).withMaxRows(ServerDevices.maxRows(all, onGpus));
    }

    /**
     * Refuses what no simulation can be made of.
     *
     * @param given what was typed
     */
    void validate(ParseResult given) throws IOException {
        if (arrivals != null) {
            UnusedOptions.refuse(given, OF_WORKLOADS, "absent with --arrivals, whose file says what arrives");
        } else if (workload == Workload.W1 || workload == Workload.W6) {
            UnusedOptions.refuse(given, List.of("--load"), "absent with " + workload + ", which has a load of its own");
        }
        WrongInputException.require(devices >= 1 && devices <= 100_000, "--devices", devices, "1..100000");
        WrongInputException.require(
                requests >= 1 && requests <= ArrivalProcess.MOST, "--requests", requests, "1.." + ArrivalProcess.MOST);
        WrongInputException.require(load > 0 && load <= 100, "--load", load, "more than 0, at most 100");
        WrongInputException.require(deadline >= 0 && deadline <= 1e6, "--deadline", deadline, "0..1000000");
        cost.validate();
        if (arrivals != null) {
            recorded = RecordedArrivals.of("--arrivals", arrivals);
        }
    }

    ForwardTimes times(int minRows) {
        return cost.times(minRows);
    }

    /** Requests to come, for a progress bar; a file tells by its lines. */
    long expected() {
        return recorded == null ? requests : recorded.count();
    }

    /** The arrivals of so many seconds. */
    List<Arrival> firstSeconds(int seconds, SchedulerSettings settings, ForwardTimes times) throws IOException {
        List<Arrival> taken = new ArrayList<>();
        try (Source source = open(settings, times)) {
            while (source.arrivals().hasNext()) {
                Arrival arrival = source.arrivals().next();
                if (arrival.atMicros() > seconds * 1_000_000L) {
                    break;
                }
                taken.add(arrival);
            }
        }
        return taken;
    }

    /** The arrivals from the start, the same each time. */
    Source open(SchedulerSettings settings, ForwardTimes times) throws IOException {
        if (recorded != null) {
            BufferedReader reader = recorded.open();
            return new Source(ArrivalFile.read(reader, recorded.name()), reader);
        }
        ArrivalProcess.Offer offer = new ArrivalProcess.Offer(
                times, settings.devices(), settings.maxRows(), load, preview, deadline, flexible);
        ArrivalProcess process = new ArrivalProcess(workload, offer, requests, seed);
        Iterator<Arrival> first =
                Stream.generate(() -> next(process)).limit(requests).iterator();
        return new Source(first, () -> {});
    }

    /** One whose time is beyond the simulator's clock names a field that nobody typed. */
    private Arrival next(ArrivalProcess process) {
        try {
            return process.next();
        } catch (IllegalArgumentException e) {
            String expected = "fewer, a higher --load or a lower --cost or --deadline, so that all happens in 70 years";
            throw new WrongInputException("--requests", requests, expected);
        }
    }

    /** Arrivals, and what to close when they have been taken. */
    record Source(Iterator<Arrival> arrivals, AutoCloseable closing) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                closing.close();
            } catch (IOException | RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}
