package dev.glimpse.scheduler;

/** Decides how many rows the next forward of a device may hold. */
final class BatchLimit {
    /**
     * With more waiting than so many forwards of the knee, throughput shortens everybody's wait. Simulated with 2, 3
     * and 4: the more, the more good answers below full load, and the sooner first pictures.
     */
    private static final int KNEES_OF_BACKLOG = 4;

    private final SchedulerSettings settings;
    private final CurrentAllotment allotment;

    BatchLimit(SchedulerSettings settings, CurrentAllotment allotment) {
        this.settings = settings;
        this.allotment = allotment;
    }

    /** So many rows, and why no more. */
    record Limit(int rows, Release reason) {}

    /**
     * The smallest of what a forward may hold, what it should hold and an even share for every idle device, but no less
     * than a forward costs anyway.
     *
     * @param budgetNanos longest that the forward should take
     */
    Limit of(ForwardCost cost, int waitingRows, int idleDevices, double budgetNanos) {
        int rows = settings.maxRows();
        Release reason = Release.FULL;
        boolean sloped = cost.hasSlope() && cost.b() > 0;
        if (sloped) {
            int timely = rowsWithin(cost, budgetNanos);
            if (timely < rows) {
                rows = timely;
                reason = Release.STEP_BUDGET;
            }
            int knee = knee(cost);
            boolean little = waitingRows <= (long) KNEES_OF_BACKLOG * knee * allotment.ownDevices();
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
        int whole = sloped ? whole(cost, Math.min(rows, waitingRows)) : rows;
        if (whole < Math.min(rows, waitingRows)) {
            rows = whole;
            reason = Release.PADDING;
        }
        return new Limit(Math.max(settings.minRows(), rows), reason);
    }

    /** Most rows that a forward takes no longer for, but at least those of the smallest. */
    int rowsWithin(ForwardCost cost, double nanos) {
        if (!cost.hasSlope() || cost.b() == 0) {
            return settings.maxRows();
        }
        int rows = (int) Math.min(settings.maxRows(), Math.max(0, (nanos - cost.a()) / cost.b()));
        return rows == settings.maxRows() ? rows : floor(rows);
    }

    /**
     * The largest forward does q = M/(a + bM); one of B rows reaches the fraction f of it at B = f q a / (1 - f q b).
     * The nearest size without padding.
     */
    private int knee(ForwardCost cost) {
        int most = settings.maxRows();
        double throughput = settings.tuning().knee() * most / cost.nanos(most);
        double rows = throughput * cost.a() / (1 - throughput * cost.b());
        long sizes = Math.max(1, Math.round(Math.min(most, rows) / settings.minRows()));
        return (int) Math.min(most, sizes * settings.minRows());
    }

    /** All of the rows, with padding, or as many as go without: whichever makes a row cheaper. */
    private int whole(ForwardCost cost, int rows) {
        int without = floor(rows);
        return without < rows && cost.nanos(without) / without < cost.nanos(settings.padded(rows)) / rows
                ? without
                : rows;
    }

    /** The largest size without padding that is no more than so many rows, but at least the smallest size. */
    private int floor(int rows) {
        return Math.max(settings.minRows(), rows - rows % settings.minRows());
    }
}
