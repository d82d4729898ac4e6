package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import dev.glimpse.config.SettingsLoader.Flag;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.ModelCatalog;
import dev.glimpse.generation.ModelSource;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.simulation.Arrival;
import dev.glimpse.simulation.Capacity;
import dev.glimpse.simulation.ForwardTimes;
import dev.glimpse.simulation.Outcome;
import dev.glimpse.simulation.Preview;
import dev.glimpse.simulation.Simulation;
import dev.glimpse.simulation.Slo;
import dev.glimpse.simulation.TrafficMix;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The method of {@code glimpse capacity}, held to real cores whose devices only let time pass, as {@code A + B x rows}
 * says: a fleet of as many as it asks for, and one of fewer.
 */
// It measures how long requests wait.
@Tag("alone")
class CapacityAgainstReplicasTest {
    private static final double A_NANOS = 20e6;
    private static final double B_NANOS = 5e6;
    private static final ModelSpec SPEC = new ModelSpec(1, 1, 1, List.of("Bag"), 0.002, 80, 0.5, 7, true);
    private static final Settings SETTINGS =
            SettingsLoader.load(Optional.empty(), Map.of(), List.of(new Flag("devices.workers", "1", "--set")));
    private static final Slo SLO = new Slo.Within(
            Duration.ofMillis(400).toNanos(), Duration.ofMillis(2500).toNanos());
    private static final double SHARE = 0.95;
    private static final TrafficMix MIX =
            new TrafficMix(new TreeMap<>(Map.of(1, 50.0, 2, 25.0, 4, 20.0, 18, 5.0)), Preview.FREE);
    /** Of predicted means, from some hundred requests, on a machine that does other things as well. */
    private static final double TOLERANCE_PERCENT = 25;

    private static final long SEED = 5;

    /** One for each replica, as the threads of one would share their devices' names. */
    private final List<Vertx> runtimes = new ArrayList<>();

    private final List<GenerationService> services = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (GenerationService service : services) {
            service.close().await(20, TimeUnit.SECONDS);
        }
        for (Vertx vertx : runtimes) {
            vertx.close().await(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void asManyReplicasAsItAsksForKeepTheObjectiveAndOneFewerDoesNot() throws Exception {
        int asked = 2;
        Capacity.Replica replica = new Capacity.Replica(
                SETTINGS.toSchedulerSettings(1),
                ForwardTimes.exact(A_NANOS, B_NANOS, SETTINGS.scheduler().minRows()),
                SETTINGS.limits().maxDuration());
        double most = new Capacity(replica, new Capacity.Demand(MIX, SLO, SHARE, 4000, SEED))
                .most(() -> true)
                .orElseThrow();
        double rate = 1.75 * most;
        assertThat((int) Math.ceil(rate / most)).isEqualTo(asked);

        int requests = 500;
        List<RealRun> fleet = run(arrivals(rate, asked, requests));
        List<RealRun> alone = run(arrivals(rate, asked - 1, requests));

        assertThat(good(fleet) / requests).isGreaterThanOrEqualTo(SHARE - 0.03);
        assertThat(good(alone) / requests).isLessThan(SHARE - 0.1);
    }

    @Test
    void timesComeOutAsPredicted() throws Exception {
        double capacity = new Capacity.Replica(
                        SETTINGS.toSchedulerSettings(1),
                        ForwardTimes.exact(
                                A_NANOS, B_NANOS, SETTINGS.scheduler().minRows()),
                        SETTINGS.limits().maxDuration())
                .nfePerSecond();
        List<List<Arrival>> arrivals = arrivals(2 * 0.6 * capacity / MIX.meanNfe(), 2, 320);

        List<RealRun> fleet = run(arrivals);

        for (int i = 0; i < fleet.size(); i++) {
            RealRun real = fleet.get(i);
            // A sleeping device wakes up late on a busy machine; what its forwards took is what the fleet is sized by.
            Outcome predicted = new Simulation(
                            SETTINGS.toSchedulerSettings(1), real.times().orElseThrow(), SLO)
                    .run(arrivals.get(i).iterator(), arrived -> true);
            assertThat(real.first().meanMillis())
                    .isCloseTo(predicted.first().meanMillis(), withinPercentage(TOLERANCE_PERCENT));
            assertThat(real.last().meanMillis())
                    .isCloseTo(predicted.last().meanMillis(), withinPercentage(TOLERANCE_PERCENT));
        }
    }

    private List<RealRun> run(List<List<Arrival>> arrivals) throws Exception {
        List<CompletableFuture<RealRun>> runs = new ArrayList<>();
        for (List<Arrival> own : arrivals) {
            Vertx vertx = Vertx.vertx();
            runtimes.add(vertx);
            GenerationService service = GenerationService.start(
                            vertx,
                            new ModelCatalog(List.of(new ModelSource("timed", "1", SPEC, worker -> new Timed()))),
                            ServerOptions.generation(SETTINGS))
                    .await(20, TimeUnit.SECONDS);
            services.add(service);
            CompletableFuture<RealRun> run = new CompletableFuture<>();
            runs.add(run);
            new Thread(() -> send(service, own, run), "clients").start();
        }
        List<RealRun> ended = new ArrayList<>();
        for (CompletableFuture<RealRun> run : runs) {
            ended.add(run.get(2, TimeUnit.MINUTES));
        }
        return ended;
    }

    private static void send(GenerationService service, List<Arrival> arrivals, CompletableFuture<RealRun> ended) {
        try {
            RealRun run = new RealRun(service, SETTINGS.scheduler().minRows(), SLO);
            run.send(arrivals, 0, () -> false);
            ended.complete(run);
        } catch (InterruptedException | RuntimeException e) {
            ended.completeExceptionally(e);
        }
    }

    /** A Poisson process whose requests each go to any of the replicas. */
    private static List<List<Arrival>> arrivals(double perSecond, int replicas, int requests) {
        List<List<Arrival>> arrivals =
                Stream.<List<Arrival>>generate(ArrayList::new).limit(replicas).toList();
        Iterator<Arrival> all = MIX.arrivals(perSecond, SEED);
        for (int i = 0; i < requests; i++) {
            int replica = (int) (NoiseStream.uniform(SEED, 1, 0, i) * replicas);
            arrivals.get(replica).add(all.next());
        }
        return arrivals;
    }

    private static double good(List<RealRun> runs) {
        return runs.stream().mapToInt(RealRun::good).sum();
    }

    /** A device that computes nothing, and takes its time for that. */
    private static final class Timed implements CtmModel {
        @Override
        public ModelSpec spec() {
            return SPEC;
        }

        @Override
        public void denoise(JumpBatch batch, float[] g) {
            long end = System.nanoTime() + Math.round(A_NANOS + B_NANOS * batch.rows());
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        @Override
        public void close() {}
    }
}
