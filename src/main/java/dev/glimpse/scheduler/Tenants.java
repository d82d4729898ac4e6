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

    private final Map<String, Tenant> known = new HashMap<>();
    private long created;
    private int active;

    Tenants(SchedulerSettings settings) {
        apart = settings.has(Policy.TENANTS);
    }

    /** One more job of the tenant has entered. */
    Tenant enter(String name) {
        Tenant tenant = known.computeIfAbsent(known(name), n -> new Tenant(n, created++));
        if (tenant.jobs == 0) {
            tenant.counter = Math.max(tenant.counter, least(tenant));
            active++;
        }
        tenant.jobs++;
        return tenant;
    }

    /** One job of the tenant has left. */
    void leave(Tenant tenant) {
        tenant.jobs--;
        if (tenant.jobs == 0) {
            active--;
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
        int others = active - (tenant != null && tenant.jobs > 0 ? 1 : 0);
        return new Claim(weight / (weight + others), tenant == null ? new Demand() : tenant.demand);
    }

    private String known(String name) {
        return apart ? name : "";
    }

    /** A share of the devices, the others taken to weigh 1 each, and the work that is to be done with it. */
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
