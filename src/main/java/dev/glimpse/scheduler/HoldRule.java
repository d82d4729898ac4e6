package dev.glimpse.scheduler;

import java.util.OptionalLong;

/**
 * Lets an idle device wait a moment for company. Only when nothing waited before: the forwards that ran while work
 * waited were its time to meet.
 */
final class HoldRule {
    /** Share of the shortest forward that waiting for it may add. */
    private static final double SHARE = 0.2;

    /** Shorter holds are not worth a timer. */
    private static final long LEAST_NANOS = 500_000;

    private final SchedulerSettings settings;
    private final Forecast forecast;
    private boolean quiet;
    private OptionalLong since = OptionalLong.empty();

    HoldRule(SchedulerSettings settings, Forecast forecast) {
        this.settings = settings;
        this.forecast = forecast;
    }

    /** A device asked and nothing waited. */
    void nothingWaits() {
        quiet = true;
        since = OptionalLong.empty();
    }

    /** A batch was handed out. */
    void released() {
        quiet = false;
        since = OptionalLong.empty();
    }

    /** Until when to wait for company, if at all. */
    OptionalLong until(int waitingRows, long nowNanos) {
        if (!quiet || !settings.has(Policy.HOLD) || !forecast.known() || waitingRows >= settings.maxRows()) {
            return OptionalLong.empty();
        }
        long hold = Math.min(settings.tuning().maxHoldNanos(), Math.round(SHARE * forecast.smallestNanos()));
        if (since.isEmpty()) {
            since = OptionalLong.of(nowNanos);
        }
        long until = since.getAsLong() + hold;
        return hold < LEAST_NANOS || until - nowNanos <= 0 ? OptionalLong.empty() : OptionalLong.of(until);
    }
}
