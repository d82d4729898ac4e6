package dev.glimpse.simulation;

import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.Iterator;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How much traffic a server carries within an objective, by simulating it at many rates.
 *
 * <p>A balancer that sends each request to any of N replicas makes of a Poisson process N slower ones, so one replica
 * at an N-th of the rate tells of the whole fleet. One that looks for the shortest queue does better than that.
 */
public final class Capacity {
    /** Halvings of the interval that the highest rate lies in: to a thousandth of the capacity. */
    private static final int HALVINGS = 10;

    /**
     * Longest times of a good answer that arrivals are simulated for at least. In a shorter time, a queue that grows
     * makes too few late to tell.
     */
    private static final int LIVES = 10;

    /** More take minutes, and lots of memory. */
    private static final int MOST_REQUESTS = 10_000_000;

    private final Replica replica;
    private final Demand demand;

    /**
     * One server.
     *
     * @param settings of its scheduler, number of devices included
     * @param longestLife of any request
     */
    public record Replica(SchedulerSettings settings, ForwardTimes times, Duration longestLife) {
        /** Evaluations a second in full forwards. */
        public double nfePerSecond() {
            return times.fullRate(settings.devices(), settings.maxRows()) * 1e9;
        }
    }

    /**
     * What is asked of it.
     *
     * @param slo what a good answer is
     * @param share of all requests that has to get one, more than 0, at most 1
     * @param requests how many are simulated at each rate, at least
     * @param seed what arrivals follow from
     */
    public record Demand(TrafficMix mix, Slo slo, double share, int requests, long seed) {
        public Demand {
            Arrival.require(share > 0 && share <= 1, "share", share, "more than 0, at most 1");
            Arrival.require(requests >= 1, "requests", requests, "at least 1");
        }
    }

    /** Asked before each simulation and on the way; says whether it should go on. */
    @FunctionalInterface
    public interface Progress {
        boolean goesOn();
    }

    public Capacity(Replica replica, Demand demand) {
        this.replica = replica;
        this.demand = demand;
    }

    /** What one replica makes of so many requests a second; of fewer arrivals if the progress ends them. */
    public Outcome at(double perSecond, Progress progress) {
        Iterator<Arrival> endless = demand.mix().arrivals(perSecond, demand.seed());
        Iterator<Arrival> some = IntStream.range(0, requests(perSecond))
                .mapToObj(i -> endless.next())
                .iterator();
        return new Simulation(replica.settings(), replica.times(), demand.slo(), replica.longestLife())
                .run(some, arrived -> progress.goesOn());
    }

    private int requests(double perSecond) {
        long lastNanos = demand.slo().longestNanos(demand.mix().shares().lastKey());
        return (int) Math.max(demand.requests(), Math.min(MOST_REQUESTS, LIVES * lastNanos / 1e9 * perSecond));
    }

    /** Whether enough answers were good. */
    public boolean suffices(Outcome outcome) {
        return outcome.good() >= demand.share() * outcome.offered();
    }

    /**
     * The most requests a second at which enough answers of one replica are good.
     *
     * @return empty if not even a nearly idle replica is fast enough, or if the progress ended the search
     */
    public OptionalDouble most(Progress progress) {
        double most = 0;
        // At more, the replica could do no more than the cheapest of so many requests.
        double less = replica.nfePerSecond() / demand.mix().leastNfe(demand.share());
        double step = less;
        for (int halving = 0; halving < HALVINGS; halving++) {
            if (!progress.goesOn()) {
                return OptionalDouble.empty();
            }
            step /= 2;
            if (suffices(at(most + step, progress))) {
                most += step;
            }
        }
        return most > 0 ? OptionalDouble.of(most) : OptionalDouble.empty();
    }
}
