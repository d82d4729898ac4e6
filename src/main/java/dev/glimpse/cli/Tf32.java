package dev.glimpse.cli;

import dev.glimpse.model.ComputeDevice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rounding of what convolutions read on NVIDIA GPUs, which is theirs to do unless an environment variable forbids
 * it.
 *
 * <p>Not to be touched before the settings of the log are known, as the logger is made here.
 */
final class Tf32 {
    private static final Logger LOG = LoggerFactory.getLogger(Tf32.class);
    private static final String OVERRIDE = "NVIDIA_TF32_OVERRIDE";

    private Tf32() {}

    /** What a person should know of numbers from a device; empty where they are not rounded so. */
    static Optional<String> note(ComputeDevice device) {
        return note(device, System.getenv(OVERRIDE));
    }

    /** @param override value of the environment variable; null where it is not set */
    static Optional<String> note(ComputeDevice device, @Nullable String override) {
        return device.isGpu() && !"0".equals(override)
                ? Optional.of("convolutions round their inputs to TF32, 10 bits, unless " + OVERRIDE + " is 0")
                : Optional.empty();
    }

    /** Tells the log of it. */
    static void warn(ComputeDevice device) {
        note(device).ifPresent(note -> LOG.warn(note));
    }
}
