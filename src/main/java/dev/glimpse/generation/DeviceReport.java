package dev.glimpse.generation;

import java.util.Optional;

/**
 * How many devices there are to work with.
 *
 * @param working devices that have a worker, busy or not; those that are being started anew are missing
 * @param hung threads that were given up at a forward that does not end, and have not come back
 */
public record DeviceReport(int working, int hung) {
    /** Why nothing can be computed, for as long as no thread comes back. */
    public Optional<String> lost() {
        return working == 0 && hung > 0
                ? Optional.of("no device works: " + hung + (hung == 1 ? " forward does" : " forwards do") + " not end")
                : Optional.empty();
    }
}
