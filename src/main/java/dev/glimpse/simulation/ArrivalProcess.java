package dev.glimpse.simulation;

import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Generates the arrivals of a {@link Workload} from a seed, without end. */
public final class ArrivalProcess implements Iterator<Arrival> {
    /** Most arrivals of one process. */
    public static final int MOST = Integer.MAX_VALUE / 8;

    private static final int[] STEPS = {1, 2, 4, 18};
    private static final double[] UP_TO = {0.5, 0.75, 0.95, 1};
    private static final double LEAVING = 0.2;
    private static final double SLOW = 0.11;
    private static final double SECOND = 1e6;
    private static final double BURST = 10;
    private static final double BURST_MICROS = 2 * SECOND;
    private static final double QUIET_MICROS = 20 * SECOND;
    private static final double OVERLOAD = 3;
    private static final double INTERACTIVE_LOAD = 0.3;

    private final Workload workload;
    private final Offer offer;
    private final Draws draws;
    private final double meanNfe;
    private double atMicros;
    private final long overloadFrom;
    private final long overloadTo;
    private double burstFrom;
    private long generated;

    /**
     * How much is asked for.
     *
     * @param times of one device
     * @param devices so many of them
     * @param maxRows rows of their largest forward
     * @param load evaluations asked for, as a share of what the devices can do in full forwards
     * @param preview pictures before the end
     * @param deadlineFactor deadline as a multiple of the unloaded time; 0 for none
     * @param flexible whether fewer steps are welcome
     */
    public record Offer(
            ForwardTimes times,
            int devices,
            int maxRows,
            double load,
            Preview preview,
            double deadlineFactor,
            boolean flexible) {
        public Offer {
            Arrival.require(load > 0 && load <= 100, "load", load, "more than 0, at most 100");
        }

        /** Evaluations a microsecond in full forwards. */
        double capacity() {
            return times.fullRate(devices, maxRows) * 1000;
        }

        /** Microseconds that so many steps take on an empty machine. */
        double unloadedMicros(int steps) {
            return steps * times.nanos(1) / 1000;
        }
    }

    /**
     * @param requests that will be taken, at most {@link #MOST}; W5 asks for too much in the middle of them, about a
     *     third of their time
     */
    public ArrivalProcess(Workload workload, Offer offer, long requests, long seed) {
        this.workload = workload;
        this.offer = offer;
        draws = new Draws(seed);
        double mean = 0;
        for (int i = 0; i < STEPS.length; i++) {
            mean += (UP_TO[i] - (i == 0 ? 0 : UP_TO[i - 1])) * offer.preview().nfe(STEPS[i]);
        }
        meanNfe = mean;
        burstFrom = draws.exponential(QUIET_MICROS);
        double usual = offer.load() * (QUIET_MICROS + BURST * BURST_MICROS) / (QUIET_MICROS + BURST_MICROS);
        overloadFrom = Math.round(requests * usual / (2 * usual + OVERLOAD));
        overloadTo = requests - overloadFrom;
    }

    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public Arrival next() {
        if (generated == MOST) {
            throw new NoSuchElementException("requests: " + generated + " (expected: fewer)");
        }
        generated++;
        return switch (workload) {
            case W1 -> alone();
            case W6 -> tenants();
            default -> mixed();
        };
    }

    private Arrival alone() {
        int steps = STEPS[(int) (generated % STEPS.length)];
        long at = Math.round(atMicros);
        atMicros += 2 * offer.unloadedMicros(steps);
        return arrival(at, steps, true, 0, new JobTerms(Rank.STANDARD, "", 1, offer.flexible()));
    }

    private Arrival mixed() {
        if (workload == Workload.W5) {
            bursts();
        } else {
            atMicros += draws.exponential(meanNfe / (offer.load() * offer.capacity()));
        }
        double which = draws.uniform();
        int steps = STEPS[0];
        for (int i = 0; i < STEPS.length && which > UP_TO[i]; i++) {
            steps = STEPS[i + 1];
        }
        boolean leaves = workload == Workload.W3 && draws.uniform() < LEAVING;
        long leavesMicros = leaves ? 1 + Math.round(draws.uniform() * 2 * offer.unloadedMicros(steps)) : 0;
        boolean reads = workload != Workload.W4 || draws.uniform() >= SLOW;
        JobTerms terms = new JobTerms(Rank.STANDARD, "", 1, offer.flexible());
        return arrival(Math.round(atMicros), steps, reads, leavesMicros, terms);
    }

    /** Moves to the next arrival of a process whose rate jumps: where it does, the gap is drawn anew. */
    private void bursts() {
        double gap = draws.exponential(meanNfe / (rate() * offer.capacity()));
        double change = nextBurstChange();
        while (atMicros + gap > change) {
            atMicros = change;
            if (atMicros >= burstFrom + BURST_MICROS) {
                burstFrom = atMicros + draws.exponential(QUIET_MICROS);
            }
            gap = draws.exponential(meanNfe / (rate() * offer.capacity()));
            change = nextBurstChange();
        }
        atMicros += gap;
    }

    private double rate() {
        if (generated > overloadFrom && generated <= overloadTo) {
            return OVERLOAD;
        }
        return atMicros >= burstFrom ? BURST * offer.load() : offer.load();
    }

    private double nextBurstChange() {
        return atMicros < burstFrom ? burstFrom : burstFrom + BURST_MICROS;
    }

    private Arrival tenants() {
        int interactiveNfe = offer.preview().nfe(1);
        int floodNfe = offer.preview().nfe(18);
        double interactive = INTERACTIVE_LOAD * offer.capacity() / interactiveNfe;
        double flood = OVERLOAD * offer.capacity() / floodNfe;
        atMicros += draws.exponential(1 / (interactive + flood));
        boolean first = draws.uniform() < interactive / (interactive + flood);
        JobTerms terms = first
                ? new JobTerms(Rank.INTERACTIVE, "interactive", 1, false)
                : new JobTerms(Rank.STANDARD, "flood", 1, offer.flexible());
        return arrival(Math.round(atMicros), first ? 1 : 18, true, 0, terms);
    }

    private Arrival arrival(long at, int steps, boolean reads, long leavesMicros, JobTerms terms) {
        long deadline = Math.round(offer.deadlineFactor() * offer.unloadedMicros(steps));
        return new Arrival(at, steps, 1, offer.preview(), reads, deadline, leavesMicros, terms);
    }
}
