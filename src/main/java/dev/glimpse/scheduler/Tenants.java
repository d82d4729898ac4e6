package dev.glimpse.scheduler;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tenants that have jobs or owe something.
 *
 * <p>Virtual token counters (Sheng et al., "Fairness in Serving Large Language Models", OSDI 2024): who has been given
 * least goes first, and who comes back from being away starts level with the least of those who stayed, so that nobody
 * saves up.
 */
final class Tenants {
    /** Absent tenants that are remembered for what they owe; beyond it those who owe least are forgotten. */
    private static final int REMEMBERED = 1024;

    /** Whether they are told apart; else all are one. */
    private final boolean apart;

    private final TenantLanes.Lane lane;
    private final Map<String, Tenant> known = new HashMap<>();
    private long created;
    private int active;

    Tenants(SchedulerSettings settings, TenantLanes.Lane lane) {
        this.lane = lane;
        apart = settings.has(Policy.TENANTS);
    }

    /** One more job of the tenant has entered. */
    Tenant enter(String name, double weight) {
        Tenant tenant = known.computeIfAbsent(known(name), n -> new Tenant(n, created++));
        if (tenant.jobs == 0) {
            tenant.counter = Math.max(tenant.counter, least(tenant));
            active++;
            lane.enter(tenant.name, apart ? weight : 1);
        }
        tenant.jobs++;
        return tenant;
    }

    /** One job of the tenant has left. */
    void leave(Tenant tenant) {
        tenant.jobs--;
        if (tenant.jobs == 0) {
            active--;
            lane.leave(tenant.name);
            if (active == 0) {
                known.clear();
            } else if (known.size() - active > REMEMBERED) {
                forget();
            }
        }
    }

    /** Whether more than one has jobs. */
    boolean several() {
        return active > 1;
    }

    /** The tenant's share of the devices if it asked for more work, and what it has to do already. */
    Claim claim(String name, double weight) {
        Tenant tenant = known.get(known(name));
        double own = lane.part(known(name), weight);
        return new Claim(own / (own + lane.others(known(name))), tenant == null ? new Demand() : tenant.demand);
    }

    private String known(String name) {
        return apart ? name : "";
    }

    /** What evaluations that a tenant is given count, by its weight here. */
    double work(Tenant tenant, int nfe, double weight) {
        return nfe / lane.part(tenant.name, weight);
    }

    /** A share of the devices' time that this scheduler has, and the work that is to be done with it. */
    record Claim(double share, Demand demand) {}

    private double least(Tenant except) {
        double least = Double.POSITIVE_INFINITY;
        for (Tenant tenant : known.values()) {
            if (tenant.jobs > 0 && tenant != except) {
                least = Math.min(least, tenant.counter);
            }
        }
        return least == Double.POSITIVE_INFINITY ? 0 : least;
    }

    private void forget() {
        List<Tenant> absent = known.values().stream()
                .filter(tenant -> tenant.jobs == 0)
                .sorted(Comparator.comparingDouble(tenant -> tenant.counter))
                .limit(REMEMBERED / 2)
                .toList();
        absent.forEach(tenant -> known.remove(tenant.name));
    }
}
