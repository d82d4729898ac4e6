package dev.glimpse.loadtest;

import java.io.IOException;
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
     * Measures a server.
     *
     * @param pictures what all pictures of the command follow from
     */
    static Measured of(Target server, LoadOptions options, long pictures) throws IOException {
        try (GrpcClients clients = new GrpcClients(server, options.calibrationTerms(pictures))) {
            Calibration calibration = new Calibration(clients, options.preview());
            // Before anything is measured, even where nobody asks for the capacity.
            calibration.warmUp();
            Optional<Capacity> capacity = options.capacity(calibration);
            return new Measured(capacity, calibration.unloaded(options.steps()));
        }
    }
}
