package dev.glimpse.simulation;

/**
 * What a simulated or a real run came to.
 *
 * @param offered requests that arrived
 * @param finished those that were answered in full
 * @param good those whose answer met the objective
 * @param refused those that were not admitted
 * @param late those that ended because their deadline passed or came too near
 * @param shed those that the queue guard took out
 * @param left those whose clients went away
 * @param shortened trajectories that were granted fewer steps than they asked for
 * @param seconds from the first arrival to the last answer
 * @param first time to first picture, from arrival, of all requests that saw one
 * @param last time to last picture, from arrival, of all that finished
 * @param step time of forwards
 * @param forwards how many there were
 * @param nfe evaluations done
 * @param unfinishedNfe those of them that went into requests which did not finish
 * @param wastedNfe those of them that were done for nobody: the client had left or the deadline had passed before; all
 *     of them are in unfinishedNfe, too
 * @param busy share of time that devices worked, 0..1
 * @param eta evaluations a second as a share of what the devices do in full forwards
 * @param jain fairness between tenants, up to 1
 */
public record Outcome(
        long offered,
        long finished,
        long good,
        long refused,
        long late,
        long shed,
        long left,
        long shortened,
        double seconds,
        Spread first,
        Spread last,
        Spread step,
        long forwards,
        long nfe,
        long unfinishedNfe,
        long wastedNfe,
        double busy,
        double eta,
        double jain) {
    /** Good answers a second. */
    public double goodput() {
        return good / seconds;
    }
}
