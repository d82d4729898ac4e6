package dev.glimpse.simulation;

import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What requests ask for, one picture each.
 *
 * @param shares of all requests, by the steps that they ask for; they add up to 1
 * @param preview pictures before the end
 */
public record TrafficMix(NavigableMap<Integer, Double> shares, Preview preview) {
    /** Scales the shares to a sum of 1. */
    public TrafficMix {
        if (shares.isEmpty()) {
            throw new IllegalArgumentException("mix: nothing (expected: at least one kind of request)");
        }
        shares.forEach((steps, share) -> {
            Arrival.require(steps >= 1 && steps <= 10_000, "steps", steps, "1..10000");
            Arrival.require(share > 0 && share < Double.POSITIVE_INFINITY, "share", share, "more than 0");
        });
        double sum = shares.values().stream().mapToDouble(share -> share).sum();
        NavigableMap<Integer, Double> scaled = new TreeMap<>();
        shares.forEach((steps, share) -> scaled.put(steps, share / sum));
        shares = scaled;
    }

    /** Evaluations that a request takes on average, previews included. */
    public double meanNfe() {
        return shares.entrySet().stream()
                .mapToDouble(kind -> kind.getValue() * preview.nfe(kind.getKey()))
                .sum();
    }

    /** Evaluations that are done for each request if no more than a share of them is served, the cheapest. */
    double leastNfe(double share) {
        double left = share;
        double nfe = 0;
        for (Map.Entry<Integer, Double> kind : shares.entrySet()) {
            double served = Math.min(left, kind.getValue());
            left -= served;
            nfe += served * preview.nfe(kind.getKey());
        }
        return nfe;
    }

    /**
     * Arrivals at a rate, by a Poisson process, without end.
     *
     * @param perSecond requests a second, more than 0; other rates move the same requests closer or farther apart
     */
    public Iterator<Arrival> arrivals(double perSecond, long seed) {
        Arrival.require(perSecond > 0, "rate", perSecond, "more than 0");
        Draws draws = new Draws(seed);
        return new Iterator<>() {
            private double atMicros;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Arrival next() {
                atMicros += draws.exponential(1e6 / perSecond);
                return Arrival.plain(Math.round(atMicros), steps(draws.uniform()), preview);
            }
        };
    }

    private int steps(double which) {
        double upTo = 0;
        for (Map.Entry<Integer, Double> kind : shares.entrySet()) {
            upTo += kind.getValue();
            if (which <= upTo) {
                return kind.getKey();
            }
        }
        return shares.lastKey();
    }
}
