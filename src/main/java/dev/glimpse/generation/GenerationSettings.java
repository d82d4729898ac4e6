package dev.glimpse.generation;

import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;

/**
 * How the server generates, the same for every model.
 *
 * @param limits how much one request may ask for
 * @param scheduling how steps are batched, and on how many workers for each model
 * @param device name of what a worker runs on, such as "cpu"
 * @param encoders threads that turn pixels into bytes; at least 1
 * @param framesPerSample frames of one sample that wait for a reader before the oldest preview is dropped; at least 1
 * @param drainGrace how long running streams may go on once the service closes; 0 ends them at once
 */
public record GenerationSettings(
        GenerationLimits limits,
        SchedulerSettings scheduling,
        String device,
        int encoders,
        int framesPerSample,
        Duration drainGrace) {

    public GenerationSettings {
        if (encoders < 1) {
            throw new IllegalArgumentException("encoders: " + encoders + " (expected: at least 1)");
        }
        if (framesPerSample < 1) {
            throw new IllegalArgumentException("framesPerSample: " + framesPerSample + " (expected: at least 1)");
        }
        if (drainGrace.isNegative()) {
            throw new IllegalArgumentException("drainGrace: " + drainGrace + " (expected: at least 0)");
        }
        // Every step may cost a second evaluation for its preview; a queue too short for that could never admit it.
        long largest = 2L * limits.maxNfe();
        if (scheduling.maxQueuedNfe() < largest) {
            throw new IllegalArgumentException("maxQueuedNfe: " + scheduling.maxQueuedNfe() + " (expected: at least "
                    + largest + ", twice the " + limits.maxNfe() + " evaluations that one request may ask for)");
        }
    }
}
