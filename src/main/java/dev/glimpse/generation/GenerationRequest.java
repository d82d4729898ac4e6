package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a client asks for, the same from every door.
 *
 * <p>The constructor refuses what no model could serve; what depends on the model or on the server's limits is refused
 * by {@link Generator#submit}.
 *
 * @param model name of the model; empty for the server's default
 * @param version version of the model; empty for the version served by default
 * @param seed all 64 bits of the noise key; absent: the server draws one and tells it
 * @param count trajectories, each with its own noise; at least 1
 * @param label class of every picture; absent: drawn for each picture from the seed
 * @param sampler absent: follows from gamma (0 exact, 1 cm, else gamma)
 * @param steps jumps of each trajectory; at least 1
 * @param gamma share of fresh noise in [0, 1]; absent: 0 for exact, 1 for cm, 0.5 for gamma
 * @param preview which picture to show before the end
 * @param format layout of every picture's bytes
 * @param timeout how long the client waits, from the moment of submission; absent: the server's limit
 */
public record GenerationRequest(
        String model,
        String version,
        OptionalLong seed,
        int count,
        Optional<ClassLabel> label,
        Optional<Sampler> sampler,
        int steps,
        OptionalDouble gamma,
        PreviewKind preview,
        ImageFormat format,
        Optional<Duration> timeout) {

    public GenerationRequest {
        if (count < 1) {
            throw new InvalidFieldException("count", count, "at least 1");
        }
        if (steps < 1) {
            throw new InvalidFieldException("steps", steps, "at least 1");
        }
        if (gamma.isPresent() && !(gamma.getAsDouble() >= 0 && gamma.getAsDouble() <= 1)) {
            throw new InvalidFieldException("gamma", gamma.getAsDouble(), "0..1");
        }
        if (sampler.isPresent() && gamma.isPresent()) {
            requireAgreement(sampler.get(), gamma.getAsDouble());
        }
        if (timeout.isPresent() && (timeout.get().isZero() || timeout.get().isNegative())) {
            throw new InvalidFieldException("timeout", timeout.get(), "more than 0");
        }
    }

    private static void requireAgreement(Sampler sampler, double gamma) {
        switch (sampler) {
            case EXACT -> {
                if (gamma != 0) {
                    throw new InvalidFieldException("gamma", gamma, "0 or absent with sampler exact");
                }
            }
            case CM -> {
                if (gamma != 1) {
                    throw new InvalidFieldException("gamma", gamma, "1 or absent with sampler cm");
                }
            }
            case GAMMA -> {
                if (gamma <= 0 || gamma >= 1) {
                    throw new InvalidFieldException(
                            "gamma", gamma, "between 0 and 1, both excluded, with sampler gamma");
                }
            }
        }
    }
}
