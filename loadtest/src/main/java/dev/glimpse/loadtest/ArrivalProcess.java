package dev.glimpse.loadtest;

import dev.glimpse.loadtest.Scenario.Traffic;
import java.util.ArrayList;
import java.util.List;

/** The arrivals of a {@link Scenario}, which follow from a seed. */
public final class ArrivalProcess {
    /** A run has to fit into memory, and no two cores answer more. */
    static final int MOST = 1_000_000;

    private static final int[] STEPS = {1, 2, 4, 18};
    private static final double[] SHARES = {0.5, 0.25, 0.2, 0.05};
    private static final double SECOND = 1e6;
    private static final double BURST = 10;
    private static final double BURST_MICROS = 2 * SECOND;
    private static final double QUIET_MICROS = 20 * SECOND;
    private static final double OVERLOAD = 3;
    private static final double INTERACTIVE_LOAD = 0.3;
    private static final int VIEWERS = 100;
    private static final int VIEWED_STEPS = 4;

    private final Scenario scenario;
    private final Offer offer;
    private final Draws draws;
    private final double endMicros;
    private double burstFrom;

    private ArrivalProcess(Scenario scenario, Offer offer, long seed) {
        this.scenario = scenario;
        this.offer = offer;
        draws = new Draws(seed);
        endMicros = offer.seconds() * SECOND;
        burstFrom = draws.exponential(QUIET_MICROS);
    }

    /** All arrivals of a run, in the order of their times. */
    public static List<Arrival> arrivals(Scenario scenario, Offer offer, long seed) {
        return new ArrivalProcess(scenario, offer, seed).all();
    }

    /** Evaluations that a request of W2 takes on average. */
    public static double meanNfe(Preview preview) {
        double mean = 0;
        for (int i = 0; i < STEPS.length; i++) {
            mean += SHARES[i] * preview.nfe(STEPS[i]);
        }
        return mean;
    }

    /** Step counts that the scenarios ask for. */
    static int[] steps() {
        return STEPS.clone();
    }

    private List<Arrival> all() {
        List<Arrival> all = new ArrayList<>();
        double at = firstAt();
        while (at < endMicros) {
            int together = scenario.traffic() == Traffic.VIEWERS ? VIEWERS : 1;
            for (int i = 0; i < together; i++) {
                all.add(next(Math.round(at), all.size()));
            }
            Arrival.require(all.size() <= MOST, "requests", all.size(), "at most " + MOST + "; ask for less");
            at = nextAt(at, all.get(all.size() - 1).steps());
        }
        return List.copyOf(all);
    }

    private double firstAt() {
        boolean regular = scenario.traffic() == Traffic.ALONE || scenario.traffic() == Traffic.VIEWERS;
        return regular ? 0 : nextAt(0, 1);
    }

    private double nextAt(double at, int lastSteps) {
        double poisson = ArrivalProcess.meanNfe(offer.preview()) / offer.capacity() * SECOND;
        return switch (scenario.traffic()) {
            case ALONE -> at + 2 * offer.unloadedMicros(lastSteps);
            case POISSON -> at + draws.exponential(poisson / offer.load());
            case BURSTS -> burst(at, poisson);
            case TENANTS -> at + draws.exponential(SECOND / (interactiveRate() + floodRate()));
            case VIEWERS -> at + Math.max(SECOND, 4 * offer.unloadedMicros(VIEWED_STEPS));
        };
    }

    /** The next arrival of a process whose rate jumps: where it does, the gap is drawn anew. */
    private double burst(double from, double poisson) {
        double at = from;
        double gap = draws.exponential(poisson / rate(at));
        double change = nextChange(at);
        while (at + gap > change) {
            at = change;
            if (at >= burstFrom + BURST_MICROS) {
                burstFrom = at + draws.exponential(QUIET_MICROS);
            }
            gap = draws.exponential(poisson / rate(at));
            change = nextChange(at);
        }
        return at + gap;
    }

    private double rate(double at) {
        if (at >= endMicros / 3 && at < endMicros * 2 / 3) {
            return OVERLOAD;
        }
        return at >= burstFrom ? BURST * offer.load() : offer.load();
    }

    private double nextChange(double at) {
        double next = at < burstFrom ? burstFrom : burstFrom + BURST_MICROS;
        if (at < endMicros / 3) {
            return Math.min(next, endMicros / 3);
        }
        return at < endMicros * 2 / 3 ? Math.min(next, endMicros * 2 / 3) : next;
    }

    private double interactiveRate() {
        return INTERACTIVE_LOAD * offer.capacity() / offer.preview().nfe(1);
    }

    private double floodRate() {
        return OVERLOAD * offer.capacity() / offer.preview().nfe(STEPS[STEPS.length - 1]);
    }

    private Arrival next(long at, int index) {
        return switch (scenario.traffic()) {
            case ALONE -> Arrival.plain(at, STEPS[index % STEPS.length], offer.preview());
            case VIEWERS -> Arrival.plain(at, VIEWED_STEPS, offer.preview());
            case TENANTS -> tenant(at);
            case POISSON, BURSTS -> mixed(at);
        };
    }

    private Arrival tenant(long at) {
        boolean interactive = draws.uniform() < interactiveRate() / (interactiveRate() + floodRate());
        int steps = interactive ? 1 : STEPS[STEPS.length - 1];
        String tenant = interactive ? Scenario.INTERACTIVE : Scenario.FLOOD;
        String rank = interactive ? "interactive" : "standard";
        return new Arrival(at, steps, 1, offer.preview(), true, 0, 0, rank, tenant, 1, false);
    }

    private Arrival mixed(long at) {
        double which = draws.uniform();
        int i = 0;
        while (i < STEPS.length - 1 && which >= SHARES[i]) {
            which -= SHARES[i];
            i++;
        }
        Scenario.Clients clients = scenario.clients();
        double kind = draws.uniform();
        double when = draws.uniform();
        boolean leaves = kind < clients.leaving();
        long leavesMicros = leaves ? 1 + Math.round(when * 2 * offer.unloadedMicros(STEPS[i])) : 0;
        boolean reads = leaves || kind >= clients.leaving() + clients.slow() + clients.stopped();
        return new Arrival(at, STEPS[i], 1, offer.preview(), reads, 0, leavesMicros, "standard", "", 1, false);
    }
}
