package dev.glimpse.scheduler;

import java.util.LinkedHashSet;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sheds requests that have not begun when the queue stands: its oldest request has waited beyond a target for a whole
 * interval. From then on one request is shed after another, the k-th after interval / sqrt(k), until the oldest wait is
 * below the target again (the control law of CoDel, RFC 8289). Background requests may wait. While more is asked for
 * than can be done, whoever is late for the first picture goes at once.
 */
final class QueueGuard {
    private final SchedulerSettings settings;
    private final Forecast forecast;
    private final Pressure pressure;
    private final JobOrder order;
    private final Set<JobGroup> line = new LinkedHashSet<>();
    /** The same groups, in another order: one of many pictures is due later than those that came after it. */
    private final NavigableSet<JobGroup> byDue = new TreeSet<>(JobGroup.BY_FIRST_DUE);

    private boolean above;
    private long aboveSinceNanos;
    private boolean standing;
    private long nextNanos;
    private int shed;

    QueueGuard(SchedulerSettings settings, Forecast forecast, Pressure pressure, JobOrder order) {
        this.settings = settings;
        this.forecast = forecast;
        this.pressure = pressure;
        this.order = order;
    }

    void entered(JobGroup group) {
        boolean patient = group.members.stream().allMatch(state -> state.rank() == Rank.BACKGROUND);
        if (settings.has(Policy.QUEUE_GUARD) && !patient) {
            line.add(group);
            byDue.add(group);
        }
    }

    /** The group has begun or left. */
    void passed(JobGroup group) {
        line.remove(group);
        byDue.remove(group);
    }

    /** Whether the queue stands. */
    boolean standing() {
        return standing;
    }

    /** The group to shed now, if any; ask again until there is none. */
    Optional<JobGroup> next(long nowNanos) {
        if (pressure.high() && !byDue.isEmpty() && order.tooLate(byDue.first().firstDue, nowNanos)) {
            return Optional.of(byDue.first());
        }
        if (line.isEmpty() || nowNanos - line.iterator().next().admittedNanos <= targetNanos()) {
            above = false;
            standing = false;
            return Optional.empty();
        }
        if (!above) {
            above = true;
            aboveSinceNanos = nowNanos;
        }
        if (!standing && nowNanos - aboveSinceNanos >= settings.tuning().guardIntervalNanos()) {
            standing = true;
            shed = 0;
            nextNanos = nowNanos;
        }
        if (!standing || nowNanos - nextNanos < 0) {
            return Optional.empty();
        }
        shed++;
        nextNanos += Math.round(settings.tuning().guardIntervalNanos() / Math.sqrt(shed));
        return Optional.of(line.iterator().next());
    }

    private long targetNanos() {
        long target = settings.tuning().guardTargetNanos();
        return forecast.known() ? Math.max(target, Math.round(2 * forecast.stepNanos(settings.maxRows()))) : target;
    }
}
