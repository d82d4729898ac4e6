package dev.glimpse.scheduler;

/**
 * What a scheduler may reckon with, where devices get lost and others use them too.
 *
 * @param devices that work at present; at least 1
 * @param share of their time that it gets if it wants all it can get, more than 0, at most 1
 * @param nfeElsewhere network evaluations that wait in the other schedulers, and count toward the same bound
 */
public record Allotment(int devices, double share, long nfeElsewhere) {
    public Allotment {
        SchedulerSettings.require(devices >= 1, "devices", devices, "at least 1");
        SchedulerSettings.require(share > 0 && share <= 1, "share", share, "more than 0, at most 1");
        SchedulerSettings.require(nfeElsewhere >= 0, "nfeElsewhere", nfeElsewhere, "at least 0");
    }

    /** So many devices, and nobody else at them. */
    static Allotment alone(int devices) {
        return new Allotment(devices, 1, 0);
    }
}
