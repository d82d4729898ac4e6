package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.GenerationSettings;
import dev.glimpse.generation.ModelCatalog;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.simulation.Arrival;
import dev.glimpse.simulation.ForwardTimes;
import dev.glimpse.simulation.Outcome;
import dev.glimpse.simulation.Preview;
import dev.glimpse.simulation.Simulation;
import dev.glimpse.simulation.Slo;
import dev.glimpse.simulation.Spread;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs the same arrivals on a real worker and in the simulation, which is told how long the forwards of that very run
 * took, and compares.
 */
final class SimulationCheck implements AutoCloseable {
    private static final long LIMIT_MINUTES = 10;

    private final Vertx vertx = Vertx.vertx(ServerOptions.vertx());
    private final SchedulerSettings settings;
    private final Duration longestLife;
    private final GenerationService service;
    private final BooleanSupplier stopped;
    private long sent;

    /**
     * Loads the models onto one worker.
     *
     * @param stopped whether what is being sent should end early
     */
    SimulationCheck(ModelCatalog catalog, GenerationSettings generation, BooleanSupplier stopped) {
        this.stopped = stopped;
        settings = generation.scheduling();
        longestLife = generation.limits().maxDuration();
        service = await(GenerationService.start(vertx, catalog, generation));
    }

    /** A real number beside its prediction. */
    record Pair(String name, double real, double predicted) {
        /** Deviation of the prediction, in percent of the real number; empty if that is 0. */
        OptionalDouble percent() {
            return real == 0 ? OptionalDouble.empty() : OptionalDouble.of(100 * (predicted / real - 1));
        }
    }

    /**
     * What one round showed.
     *
     * @param times of the forwards of that round
     */
    record Round(ForwardTimes times, int requests, List<Pair> pairs) {}

    /** How long forwards of all sizes take, from bursts of requests of two steps; empty if they ended early. */
    Optional<ForwardTimes> calibrate() throws InterruptedException {
        List<Arrival> arrivals = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            for (int burst = 0; burst <= i % settings.maxRows(); burst++) {
                arrivals.add(new Arrival(i * 40_000L, 2, 1, Preview.NONE, true, 0, 0, JobTerms.NONE));
            }
        }
        RealRun run = new RealRun(service, settings.minRows(), new Slo.Relative(1, 1));
        return send(run, arrivals) ? Optional.of(times(run, arrivals)) : Optional.empty();
    }

    private static ForwardTimes times(RealRun run, List<Arrival> arrivals) {
        return run.times()
                .orElseThrow(() -> new WrongInputException(
                        "--check",
                        Counted.of(arrivals.size(), "request") + " without a picture",
                        "some that get one in time, within the limits"));
    }

    /** Runs the arrivals for real, then in the simulation; empty if they ended early. */
    Optional<Round> round(List<Arrival> arrivals, double factor, double stepNanos) throws InterruptedException {
        Slo slo = new Slo.Relative(factor, stepNanos);
        RealRun real = new RealRun(service, settings.minRows(), slo);
        if (!send(real, arrivals)) {
            return Optional.empty();
        }
        ForwardTimes times = times(real, arrivals);
        Outcome predicted = new Simulation(settings, times, slo, longestLife).run(arrivals.iterator(), arrived -> true);
        List<Pair> pairs = new ArrayList<>();
        add(pairs, "first", real.first(), predicted.first());
        add(pairs, "last", real.last(), predicted.last());
        pairs.add(new Pair("good", real.good(), predicted.good()));
        pairs.add(new Pair("finished", real.last().count(), predicted.finished()));
        return Optional.of(new Round(times, arrivals.size(), pairs));
    }

    private boolean send(RealRun run, List<Arrival> arrivals) throws InterruptedException {
        long seed = sent;
        sent += arrivals.size();
        return run.send(arrivals, seed, stopped);
    }

    private static void add(List<Pair> pairs, String name, Spread real, Spread predicted) {
        pairs.add(new Pair(name + "_mean_ms", real.meanMillis(), predicted.meanMillis()));
        for (double p : new double[] {50, 95}) {
            pairs.add(new Pair(
                    String.format(Locale.ROOT, "%s_p%.0f_ms", name, p),
                    real.percentileMillis(p),
                    predicted.percentileMillis(p)));
        }
    }

    static JsonObject json(Round round) {
        JsonObject json = new JsonObject();
        json.addProperty("requests", round.requests());
        json.addProperty("a_ms", round.times().aNanos() / 1e6);
        json.addProperty("b_ms", round.times().bNanos() / 1e6);
        json.addProperty("overhead_ms", round.times().overheadNanos() / 1e6);
        for (Pair pair : round.pairs()) {
            json.addProperty("real_" + pair.name(), pair.real());
            json.addProperty("predicted_" + pair.name(), pair.predicted());
            pair.percent().ifPresent(percent -> json.addProperty("deviation_percent_" + pair.name(), percent));
        }
        return json;
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LIMIT_MINUTES, TimeUnit.MINUTES)
                .join();
    }

    @Override
    public void close() {
        await(service.close());
        await(vertx.close());
    }
}
