package dev.glimpse.scheduler;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who has jobs where, when several schedulers share the devices.
 *
 * <p>A tenant's weight is divided evenly over the lanes in which it has jobs, so that nobody gains by spreading its
 * work over several, and a lane weighs as much as its tenants do in it. Not thread-safe.
 */
public final class TenantLanes {
    private final Map<String, Presence> tenants = new HashMap<>();

    /** Lanes that have a tenant. */
    private final Set<Lane> occupied = new LinkedHashSet<>();

    private static final class Presence {
        final Set<Lane> lanes = new LinkedHashSet<>();
        double weight;
    }

    /** What the lanes weigh that have tenants, in the mean; 1 while none has. */
    public double mean() {
        return occupied.isEmpty() ? 1 : occupied.stream().mapToDouble(Lane::sum).sum() / occupied.size();
    }

    /** A lane without tenants, for one scheduler. */
    public Lane open() {
        return new Lane();
    }

    /** One scheduler's place among the others. */
    public final class Lane {
        private final Map<String, Presence> here = new LinkedHashMap<>();

        /** Of its tenants, of each the part that is for this lane; negative when it has to be added up again. */
        private double sum;

        private Lane() {}

        /** A tenant has a first job here. */
        void enter(String name, double weight) {
            Presence tenant = tenants.computeIfAbsent(name, n -> new Presence());
            tenant.weight = weight;
            tenant.lanes.add(this);
            here.put(name, tenant);
            occupied.add(this);
            stale(tenant);
        }

        /** A tenant's last job has left. */
        void leave(String name) {
            Presence tenant = here.remove(name);
            stale(tenant);
            tenant.lanes.remove(this);
            if (tenant.lanes.isEmpty()) {
                tenants.remove(name);
            }
            if (here.isEmpty()) {
                occupied.remove(this);
            }
        }

        private void stale(Presence tenant) {
            tenant.lanes.forEach(lane -> lane.sum = -1);
        }

        /** What is for this lane of a tenant's weight, or would be if it had a job here. */
        double part(String name, double weight) {
            Presence tenant = tenants.get(name);
            int elsewhere = tenant == null ? 0 : tenant.lanes.size() - (tenant.lanes.contains(this) ? 1 : 0);
            return weight / (elsewhere + 1);
        }

        /** The parts of all tenants here but one. */
        double others(String name) {
            Presence tenant = here.get(name);
            // Exact where nobody else is here, which a difference of sums need not be.
            return here.size() == (tenant == null ? 0 : 1) ? 0 : sum() - (tenant == null ? 0 : part(tenant));
        }

        private double part(Presence tenant) {
            return tenant.weight / tenant.lanes.size();
        }

        private double sum() {
            if (sum < 0) {
                sum = here.values().stream().mapToDouble(this::part).sum();
            }
            return sum;
        }

        /** What this lane weighs beside the others: as much as its tenants do here; without any, as the mean lane. */
        public double weight() {
            return here.isEmpty() ? mean() : sum();
        }
    }
}
