package dev.glimpse.scheduler;

/**
 * Knows whether more is asked for than the devices can do.
 *
 * <p>What is asked for, refused work included, is averaged over some time and compared with what the devices do in full
 * forwards. Only when it has been more for a while, and the queue shows it, is the pressure high; it stays high until
 * clearly less is asked for. A queue alone tells of a burst, which had better be worked off, and a queue that refusals
 * keep short tells nothing.
 */
final class Pressure {
    private static final double RISES_ABOVE = 1;
    private static final double FALLS_BELOW = 0.9;

    private final SchedulerSettings settings;
    private final CurrentAllotment allotment;
    private final Forecast forecast;
    private final Backlog backlog;
    private final SchedulerListener listener;
    private final Usage usage;
    /** Evaluations a nanosecond, an exponential average. */
    private double asked;

    private boolean begun;
    private long atNanos;
    private boolean turning;
    private long sinceNanos;
    private boolean refused;
    private double steady = 1;
    private boolean high;
    private boolean fallen;
    private long fellNanos;

    Pressure(
            SchedulerSettings settings,
            CurrentAllotment allotment,
            Forecast forecast,
            Backlog backlog,
            SchedulerListener listener) {
        this.settings = settings;
        this.allotment = allotment;
        usage = new Usage(settings.tuning().guardTargetNanos());
        this.forecast = forecast;
        this.backlog = backlog;
        this.listener = listener;
    }

    /** Whether more is asked for than can be done. */
    boolean high() {
        return high;
    }

    /**
     * Evaluations a nanosecond that are asked for, at least as many as can be done; only when the forecast is known.
     */
    double askedEachNano() {
        return steady / forecast.drainNanos(1);
    }

    /** Since when the pressure has not been high, but no earlier than some time; only while it is not. */
    long calmSince(long fromNanos) {
        return fallen && fellNanos - fromNanos > 0 ? fellNanos : fromNanos;
    }

    /** So much was asked for, and let in or refused. */
    void asked(long nfe, boolean admitted, long nowNanos) {
        decay(nowNanos);
        asked += nfe / (double) settings.tuning().guardTargetNanos();
        refused |= !admitted;
    }

    /** A forward has taken so long. */
    void took(long nanos, long nowNanos) {
        usage.took(nanos, nowNanos);
    }

    /** The devices' time that is asked for, or is used, as a share of all of it; what waits is to be done as soon. */
    double wanted(long nowNanos) {
        if (!forecast.known()) {
            return backlog.jobs() == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        double rate = begun ? asked * decayed(nowNanos) : 0;
        double waits = backlog.nfe() / (double) settings.tuning().guardTargetNanos();
        double used = usage.devices(nowNanos) / allotment.devices();
        return Math.max((rate + waits) * forecast.drainNanosAlone(1), used);
    }

    private double decayed(long nowNanos) {
        return Math.exp((atNanos - nowNanos) / (double) settings.tuning().guardTargetNanos());
    }

    private void decay(long nowNanos) {
        if (begun) {
            asked *= decayed(nowNanos);
        }
        begun = true;
        atNanos = nowNanos;
    }

    /** Looks at the time; returns whether the pressure has turned. */
    boolean turned(long nowNanos) {
        if (!settings.has(Policy.OVERLOAD) || !forecast.known()) {
            return false;
        }
        long below = belowSince(nowNanos);
        decay(nowNanos);
        double load = asked * forecast.drainNanos(1);
        steady = Math.max(1, load);
        boolean other = high ? load < FALLS_BELOW : load > RISES_ABOVE && stands();
        if (!other) {
            turning = false;
            refused &= high;
            return false;
        }
        if (!turning) {
            turning = true;
            sinceNanos = high ? below : nowNanos;
        }
        if (nowNanos - sinceNanos < settings.tuning().guardIntervalNanos()) {
            return false;
        }
        high = !high;
        fallen = !high;
        fellNanos = sinceNanos + settings.tuning().guardIntervalNanos();
        turning = false;
        refused = false;
        listener.overloaded(high);
        return true;
    }

    /**
     * When clearly less began to be asked for, if that is so now: while nobody asks, nobody looks at the time either,
     * and a lane that has been idle for hours is no more under pressure than one that was watched.
     */
    private long belowSince(long nowNanos) {
        double before = asked * forecast.drainNanos(1);
        if (!begun) {
            return nowNanos;
        }
        double took =
                Math.max(0, Math.log(before / FALLS_BELOW)) * settings.tuning().guardTargetNanos();
        return atNanos + Math.min(nowNanos - atNanos, Math.round(took));
    }

    private boolean stands() {
        return refused || forecast.drainNanos(backlog.nfe()) > settings.tuning().guardIntervalNanos();
    }
}
