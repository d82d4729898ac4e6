package dev.glimpse.scheduler;

/** Decides how many rows the next forward of a device may hold. */
final class BatchLimit {
    /** With more waiting than so many forwards of the knee, throughput shortens everybody's wait. */
    private static final int KNEES_OF_BACKLOG = 2;

    private final SchedulerSettings settings;

    BatchLimit(SchedulerSettings settings) {
        this.settings = settings;
    }

    /** So many rows, and why no more. */
    record Limit(int rows, Release reason) {}

    /**
     * The smallest of what a forward may hold, what it should hold and an even share for every idle device, but no less
     * than a forward costs anyway.
     */
    Limit of(ForwardCost cost, int waitingRows, int idleDevices) {
        int rows = settings.maxRows();
        Release reason = Release.FULL;
        if (cost.hasSlope() && cost.b() > 0) {
            int timely = (int) Math.min(rows, (settings.tuning().stepBudgetNanos() - cost.a()) / cost.b());
            if (settings.has(Policy.STEP_BUDGET) && timely < rows) {
                rows = Math.max(1, timely);
                reason = Release.STEP_BUDGET;
            }
            int knee = Math.max(settings.minRows(), knee(cost));
            boolean little = waitingRows <= (long) KNEES_OF_BACKLOG * knee * settings.devices();
            if (settings.has(Policy.KNEE) && little && knee < rows) {
                rows = knee;
                reason = Release.KNEE;
            }
        }
        int even = (waitingRows + idleDevices - 1) / idleDevices;
        if (even < rows && idleDevices > 1) {
            rows = even;
            reason = Release.SHARE;
        }
        return new Limit(Math.max(settings.minRows(), rows), reason);
    }

    /** B/(a + bB) reaches the fraction f of its limit 1/b at B = f a / ((1 - f) b). */
    private int knee(ForwardCost cost) {
        double f = settings.tuning().knee();
        double rows = f < 1 ? f * cost.a() / ((1 - f) * cost.b()) : settings.maxRows();
        return (int) Math.min(settings.maxRows(), Math.round(rows));
    }
}
