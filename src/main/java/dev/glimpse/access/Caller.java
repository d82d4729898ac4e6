package dev.glimpse.access;

import dev.glimpse.scheduler.Rank;

/**
 * Somebody whom the server knows.
 *
 * @param tenant whose share of the devices and whose quota it uses; several keys may name one tenant
 * @param rank class of service of its requests
 * @param weight share of the devices beside other tenants that wait; more than 0
 * @param quota the most that the tenant may use
 */
public record Caller(String tenant, Rank rank, double weight, Quota quota) {
    /** Whoever brings no key where none is asked for. */
    public static final Caller ANONYMOUS = new Caller("anonymous", Rank.STANDARD, 1, Quota.UNLIMITED);

    public Caller {
        if (tenant.isBlank()) {
            throw new IllegalArgumentException("tenant: \"" + tenant + "\" (expected: a name)");
        }
        if (!(weight > 0 && weight < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("weight: " + weight + " (expected: more than 0)");
        }
    }
}
