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
 * @param freeRows most rows of a forward whose requests do not ask for the same bits in any company
 * @param resume how requests are resumed
 * @param sessions what a session may keep
 * @param cacheBytes memory for the pictures of finished requests; 0 keeps none
 * @param stuck when a forward is given up
 */
public record GenerationSettings(
        GenerationLimits limits,
        SchedulerSettings scheduling,
        String device,
        int encoders,
        int framesPerSample,
        Duration drainGrace,
        int freeRows,
        ResumeSettings resume,
        SessionSettings sessions,
        long cacheBytes,
        StuckRule stuck) {

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
        if (freeRows < 2) {
            throw new IllegalArgumentException("freeRows: " + freeRows + " (expected: at least 2)");
        }
        if (cacheBytes < 0) {
            throw new IllegalArgumentException("cacheBytes: " + cacheBytes + " (expected: at least 0)");
        }
        // Every step may cost a second evaluation for its preview; a queue too short for that could never admit it.
        long largest = 2L * limits.maxNfe();
        if (scheduling.maxQueuedNfe() < largest) {
            throw new IllegalArgumentException("maxQueuedNfe: " + scheduling.maxQueuedNfe() + " (expected: at least "
                    + largest + ", twice the " + limits.maxNfe() + " evaluations that one request may ask for)");
        }
    }

    /** The scheduling of requests that do not ask for the same bits in any company. */
    SchedulerSettings free() {
        return scheduling.withRows(1, freeRows);
    }
}
