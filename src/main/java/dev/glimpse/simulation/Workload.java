package dev.glimpse.simulation;

/** What a generated stream of requests is like. */
public enum Workload {
    /** One request at a time, 1, 2, 4 and 18 steps in turns: the unloaded server. */
    W1,
    /** Poisson; half of the requests take 1 step, a quarter 2, a fifth 4 and a twentieth 18. */
    W2,
    /** The same, but one client in five leaves at some time before twice its unloaded time. */
    W3,
    /** The same as W2, but one reader in nine takes previews too slowly. */
    W4,
    /**
     * W2 with ten times as many requests for 2 s now and then, and with three times the capacity for a third of the
     * time.
     */
    W5,
    /** An interactive tenant of 1-step requests beside one that floods the server with 18-step requests. */
    W6
}
