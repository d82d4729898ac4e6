package dev.glimpse.scheduler;

import java.util.Comparator;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The waiting jobs in two lines, first steps and running trajectories, each of them by tenants and then by key. */
final class WaitingRoom {
    private static final Comparator<Tenant> BY_COUNTER =
            Comparator.comparingDouble((Tenant tenant) -> tenant.counter).thenComparingLong(tenant -> tenant.sequence);

    private final SchedulerSettings settings;
    private final JobOrder order;
    private final NavigableSet<Tenant> firsts = new TreeSet<>(BY_COUNTER);
    private final NavigableSet<Tenant> running = new TreeSet<>(BY_COUNTER);
    private final NavigableSet<JobState> urgent = new TreeSet<>(JobState.BY_CHOOSE_BY);
    /** Those who are set behind. */
    private final NavigableSet<JobState> behind = new TreeSet<>(JobState.BY_CHOOSE_BY);

    private int rows;

    WaitingRoom(SchedulerSettings settings, JobOrder order) {
        this.settings = settings;
        this.order = order;
    }

    int rows() {
        return rows;
    }

    void add(JobState state) {
        state.key = order.key(state);
        state.chooseBy = order.chooseBy(state);
        NavigableSet<JobState> line = state.tenant.line(first(state));
        if (line.isEmpty()) {
            tenants(first(state)).add(state.tenant);
        }
        line.add(state);
        (state.behind ? behind : urgent).add(state);
        rows += state.nextRows();
    }

    void remove(JobState state) {
        NavigableSet<JobState> line = state.tenant.line(first(state));
        line.remove(state);
        if (line.isEmpty()) {
            tenants(first(state)).remove(state.tenant);
        }
        urgent.remove(state);
        behind.remove(state);
        rows -= state.nextRows();
    }

    /** Takes the job out whose turn it is in one of the lines; null when the line is empty. */
    @Nullable
    JobState poll(boolean first) {
        NavigableSet<Tenant> tenants = tenants(first);
        if (tenants.isEmpty()) {
            return null;
        }
        JobState state = tenants.first().line(first).first();
        remove(state);
        return state;
    }

    /** Takes the most urgent job out, of those who are set behind or of the others, if it has to be chosen by then. */
    @Nullable
    JobState pollUrgent(boolean setBehind, long until) {
        NavigableSet<JobState> line = setBehind ? behind : urgent;
        if (line.isEmpty() || line.first().chooseBy > until) {
            return null;
        }
        JobState state = line.first();
        remove(state);
        return state;
    }

    /** Counts work that a tenant was given. */
    void charge(Tenant tenant, double work) {
        boolean hasFirsts = firsts.remove(tenant);
        boolean hasRunning = running.remove(tenant);
        tenant.counter += work;
        if (hasFirsts) {
            firsts.add(tenant);
        }
        if (hasRunning) {
            running.add(tenant);
        }
    }

    private boolean first(JobState state) {
        return state.nextStep == 0 && settings.has(Policy.FIRST_PREVIEWS);
    }

    private NavigableSet<Tenant> tenants(boolean first) {
        return first ? firsts : running;
    }
}
