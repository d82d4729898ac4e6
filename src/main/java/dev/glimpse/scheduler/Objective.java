package dev.glimpse.scheduler;

/**
 * What the answers of admitted requests are held to while more is asked for than can be done: the first picture within
 * a factor of the unloaded time of one step, and the last within the same factor of that of all steps. Exact, as every
 * forward's time is known in advance (Gujarati et al., "Serving DNNs like Clockwork", OSDI 2020).
 */
final class Objective {
    /** Share of the objective that forwards are planned with, since they take now more and now less. */
    private static final double MARGIN = 0.95;

    private final SchedulerSettings settings;
    private final CurrentAllotment allotment;
    private final Forecast forecast;
    private final Pressure pressure;
    private final BatchLimit limits;
    private final Tenants tenants;

    Objective(
            SchedulerSettings settings,
            CurrentAllotment allotment,
            Forecast forecast,
            Pressure pressure,
            BatchLimit limits,
            Tenants tenants) {
        this.settings = settings;
        this.allotment = allotment;
        this.forecast = forecast;
        this.pressure = pressure;
        this.limits = limits;
        this.tenants = tenants;
    }

    /** Within what time all first steps should be done. */
    long firstNanos(Ask ask) {
        return within(1, ask.firstRows());
    }

    /** Within what time all steps should be done. */
    long lastNanos(Ask ask) {
        return within(ask.steps(), ask.nfe());
    }

    /** Far away while nothing is known. */
    private long within(int steps, long nfe) {
        if (!forecast.known()) {
            return Long.MAX_VALUE / 4;
        }
        double unloaded = Math.max(steps * forecast.nanos(settings.minRows()), forecast.drainNanosAlone(nfe));
        return Math.round(settings.tuning().objective() * unloaded);
    }

    /**
     * Longest that a forward should take. Whoever comes while all devices are busy waits for the first that is free,
     * and then for a whole forward, so the objective has to hold both. If more is asked for than can be done, it is
     * enough to serve those who come late in a forward, as many as the next one holds, and forwards may be larger: then
     * the objective has to hold a forward and the time in which as many come. But not beside a tenant that asks for
     * little, who may come at any time.
     */
    private double overloadBudgetNanos() {
        double objective = MARGIN * settings.tuning().objective() * forecast.smallestNanos();
        if (tenants.several()) {
            double devices = allotment.ownDevices();
            return objective * devices / (devices + 1);
        }
        // T + B / asked = objective, where T = a + b B.
        ForwardCost cost = forecast.together();
        double busy = pressure.askedEachNano() * cost.b();
        return (objective * busy + cost.a()) / (busy + 1);
    }

    /** Longest that the next forward should take. */
    double forwardBudgetNanos() {
        double budget =
                settings.has(Policy.STEP_BUDGET) ? settings.tuning().stepBudgetNanos() : Double.POSITIVE_INFINITY;
        return pressure.high() ? Math.min(budget, overloadBudgetNanos()) : budget;
    }

    /** Most rows of a forward that keeps the objective. */
    int forwardRows() {
        return limits.rowsWithin(forecast.together(), overloadBudgetNanos());
    }

    /** How long it takes. */
    double forwardNanos() {
        return forecast.nanos(forwardRows());
    }
}
