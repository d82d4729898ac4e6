package dev.glimpse.scheduler;

/**
 * How much flexible jobs are cut short while much waits. Level 1 leaves out previews that cost an evaluation, 2 to 4
 * grant at most 4, 2 and 1 steps. One level up when the expected wait has been high for a while, one down when it has
 * been low for longer, so that it does not swing.
 */
final class BrownOut {
    private static final int[] MOST_STEPS = {Integer.MAX_VALUE, Integer.MAX_VALUE, 4, 2, 1};
    private static final double HIGH = 1.2;
    private static final double LOW = 0.6;
    private static final long RISE_NANOS = 1_000_000_000;
    private static final long FALL_NANOS = 5_000_000_000L;

    private final SchedulerSettings settings;
    private final Backlog backlog;
    private final Pressure pressure;
    private final SchedulerListener listener;
    private boolean begun;
    /** When something last happened, as far as was told. */
    private long latestNanos;

    private int level;
    /** Whether the wait was high (1), low (-1) or neither (0) when last seen, and since when. */
    private int trend;

    private long sinceNanos;

    BrownOut(SchedulerSettings settings, Backlog backlog, Pressure pressure, SchedulerListener listener) {
        this.settings = settings;
        this.backlog = backlog;
        this.pressure = pressure;
        this.listener = listener;
    }

    /** Something has happened. */
    void happened(long nanos) {
        latestNanos = begun && latestNanos - nanos > 0 ? latestNanos : nanos;
        begun = true;
    }

    /** Looks at the time. However short refusals keep the wait, it is high while more is asked for than can be done. */
    void observe(double waitNanos, long nowNanos) {
        long quiet = quietSince(nowNanos);
        long idle = begun && backlog.jobs() == 0 ? Math.max(0, nowNanos - latestNanos) : 0;
        happened(nowNanos);
        if (!settings.has(Policy.BROWN_OUT)) {
            return;
        }
        double target = settings.tuning().brownOutNanos();
        int now = pressure.high() || waitNanos > HIGH * target ? 1 : waitNanos < LOW * target ? -1 : 0;
        if (now != trend) {
            trend = now;
            sinceNanos = now < 0 ? quiet : nowNanos;
        } else if (trend > 0) {
            // Nobody has waited in that time, however much was asked for before it.
            sinceNanos += idle;
        }
        long period = trend > 0 ? RISE_NANOS : FALL_NANOS;
        while (trend != 0 && nowNanos - sinceNanos >= period) {
            sinceNanos += period;
            change(level + trend);
        }
    }

    /** Since when there has been neither work nor pressure, as nobody looks at the time then; now if there is. */
    private long quietSince(long nowNanos) {
        long since = begun && backlog.jobs() == 0 ? pressure.calmSince(latestNanos) : nowNanos;
        return since - nowNanos > 0 ? nowNanos : since;
    }

    private void change(int wanted) {
        int next = Math.max(0, Math.min(MOST_STEPS.length - 1, wanted));
        if (next != level) {
            level = next;
            listener.brownOut(level);
        }
    }

    /** Steps that a flexible job is granted. */
    int mostSteps() {
        return MOST_STEPS[level];
    }

    /** Whether previews that cost an evaluation are left out of flexible jobs. */
    boolean thinsPreviews() {
        return level >= 1;
    }
}
