package dev.glimpse.loadtest;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What is known of a server before any scenario.
 *
 * @param capacity what it can do; empty if nobody asks
 * @param unloaded median times in nanoseconds of one client alone, by steps
 */
record Measured(Optional<Capacity> capacity, SortedMap<Integer, Long> unloaded) {
    /**
     * Measures the first of some servers, and works all of them in.
     *
     * @param pictures what all pictures of the command follow from
     */
    static Measured of(List<Target> servers, LoadOptions options, long pictures) throws IOException {
        for (int other = 1; other < servers.size(); other++) {
            GrpcClients.Terms terms = options.calibrationTerms(pictures, other);
            try (GrpcClients clients = new GrpcClients(servers.get(other), terms)) {
                new Calibration(clients, options.arrivals().preview()).warmUp();
            }
        }
        try (GrpcClients clients = new GrpcClients(servers.get(0), options.calibrationTerms(pictures, 0))) {
            Calibration calibration =
                    new Calibration(clients, options.arrivals().preview());
            // Before anything is measured, even where nobody asks for the capacity.
            calibration.warmUp();
            Optional<Capacity> capacity = options.capacity(calibration);
            return new Measured(
                    capacity, calibration.unloaded(options.arrivals().steps()));
        }
    }
}
