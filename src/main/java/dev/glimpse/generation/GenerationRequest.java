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
 * @param quality whether steps may be left out when time is short
 * @param deterministic whether the pictures have to be the same bytes in any company; not so, larger batches may be
 *     used, which change their last bits
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
        Optional<Duration> timeout,
        Quality quality,
        boolean deterministic) {

    public GenerationRequest {
        if (count < 1) {
            throw new InvalidFieldException("count", count, "at least 1");
        }
        if (steps < 1) {
            throw new InvalidFieldException("steps", steps, "at least 1");
        }
        requireGamma(sampler, gamma);
        if (timeout.isPresent() && (timeout.get().isZero() || timeout.get().isNegative())) {
            throw new InvalidFieldException("timeout", timeout.get(), "more than 0");
        }
    }

    /** The same request with these choices made, and no timeout. */
    GenerationRequest with(String chosenModel, String chosenVersion, long chosenSeed, Optional<ClassLabel> index) {
        return new GenerationRequest(
                chosenModel,
                chosenVersion,
                OptionalLong.of(chosenSeed),
                count,
                index,
                sampler,
                steps,
                gamma,
                preview,
                format,
                Optional.empty(),
                quality,
                deterministic);
    }

    /** The same request with another number of steps. */
    GenerationRequest withSteps(int fewer) {
        return new GenerationRequest(
                model,
                version,
                seed,
                count,
                label,
                sampler,
                fewer,
                gamma,
                preview,
                format,
                timeout,
                quality,
                deterministic);
    }

    /** The same request, shown otherwise. */
    GenerationRequest shown(PreviewKind kind, ImageFormat layout) {
        return new GenerationRequest(
                model,
                version,
                seed,
                count,
                label,
                sampler,
                steps,
                gamma,
                kind,
                layout,
                timeout,
                quality,
                deterministic);
    }

    /** Refuses a share of fresh noise that no sampler has, or not this one. */
    static void requireGamma(Optional<Sampler> sampler, OptionalDouble gamma) {
        if (gamma.isPresent() && !(gamma.getAsDouble() >= 0 && gamma.getAsDouble() <= 1)) {
            throw new InvalidFieldException("gamma", gamma.getAsDouble(), "0..1");
        }
        if (sampler.isPresent() && gamma.isPresent()) {
            requireAgreement(sampler.get(), gamma.getAsDouble());
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
