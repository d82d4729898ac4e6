package dev.glimpse.scheduler;

import java.util.List;

/**
 * Decides, while more is asked for than can be done, whether jobs can be served in time and nobody else late for it.
 */
final class OverloadRule {
    /**
     * Share of the devices' time that each rank may be promised: a later one leaves room for those before it, and all
     * of them for what does not come in whole forwards and for those who are late. What nobody needs of it, others
     * take.
     */
    private static final double[] SHARES = {0.75, 0.7, 0.4};

    private final Backlog backlog;
    private final Tenants tenants;
    private final JobOrder order;
    private final Objective objective;
    private final DeviceSchedule devices;

    OverloadRule(Backlog backlog, Tenants tenants, JobOrder order, Objective objective, DeviceSchedule devices) {
        this.backlog = backlog;
        this.tenants = tenants;
        this.order = order;
        this.objective = objective;
        this.devices = devices;
    }

    /** Whether the jobs would be served in time; a tenant's claim holds, whatever the others have asked for. */
    boolean keepsAll(List<Job> asking, long nowNanos) {
        Ask ask = Ask.of(asking);
        JobTerms terms = asking.get(0).terms();
        JobOrder.Due due = order.due(asking, nowNanos);
        List<Demand.Part> parts = List.of(
                new Demand.Part(due.first(), ask.firstRows()),
                new Demand.Part(due.last(), ask.nfe() - ask.firstRows()));
        double rows = SHARES[terms.rank().ordinal()] * objective.forwardRows();
        double nanos = objective.forwardNanos();
        if (backlog.demand().fits(parts, until -> devices.doneBy(until, nowNanos, rows, nanos))) {
            return true;
        }
        Tenants.Claim claim = tenants.claim(terms.tenant(), terms.weight());
        double claimed = Math.ceil(claim.share() * rows);
        return claim.share() < 1
                && claim.demand().fits(parts, until -> devices.doneBy(until, nowNanos, claimed, nanos));
    }
}
