package dev.glimpse.loadtest;

import java.util.Locale;

/** A request as the doors take it that speak JSON. */
final class RequestJson {
    private RequestJson() {}

    /** @param index which one of the run, from which its picture follows */
    static String of(GrpcClients.Terms terms, Arrival arrival, int index) {
        return "{\"steps\":" + arrival.steps() + ",\"count\":" + arrival.samples()
                + ",\"preview\":\"" + arrival.preview().name().toLowerCase(Locale.ROOT) + "\",\"quality\":\""
                + (arrival.flexible() ? "flexible" : "fixed") + "\"" + timeout(arrival) + ",\"seed\":\""
                + Long.toUnsignedString(terms.pictureSeed(arrival, index)) + "\"}";
    }

    /** Rounded up, so that nothing is late before its deadline. */
    private static String timeout(Arrival arrival) {
        long micros = arrival.deadlineMicros();
        return micros == 0 ? "" : ",\"timeout_ms\":" + Math.floorDiv(micros + 999, 1000L);
    }
}
