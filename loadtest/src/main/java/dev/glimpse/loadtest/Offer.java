package dev.glimpse.loadtest;

/**
 * How much is asked of a server.
 *
 * @param capacity network evaluations a second that it can do; more than 0
 * @param load share of them that is asked for; more than 0, at most 100
 * @param stepMicros unloaded time of a step, which clients that leave go by; more than 0
 * @param seconds length of the run; 1..86400
 * @param preview pictures before the end
 */
public record Offer(double capacity, double load, double stepMicros, int seconds, Preview preview) {
    public Offer {
        Arrival.require(capacity > 0, "capacity", capacity, "more than 0");
        Arrival.require(load > 0 && load <= 100, "load", load, "more than 0, at most 100");
        Arrival.require(stepMicros > 0, "step", stepMicros, "more than 0");
        Arrival.require(seconds >= 1 && seconds <= 86_400, "seconds", seconds, "1..86400");
    }

    double unloadedMicros(int steps) {
        return steps * stepMicros;
    }
}
