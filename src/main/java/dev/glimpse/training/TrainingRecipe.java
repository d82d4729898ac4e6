package dev.glimpse.training;

import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.NetworkConfig;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that decides what a run learns, apart from its data and the models it starts from.
 *
 * @param name of the model that the run gives
 * @param spec what the model makes, between which times
 * @param network architecture and size
 * @param seed key of every random draw
 * @param flip whether half of the pictures are seen mirrored
 * @param schedule how many steps of what size
 * @param goal what the network learns
 * @param snapshotEvery steps between two checkpoints
 */
public record TrainingRecipe(
        String name,
        ModelSpec spec,
        NetworkConfig network,
        long seed,
        boolean flip,
        Schedule schedule,
        Goal goal,
        int snapshotEvery) {

    public TrainingRecipe {
        require(!name.isBlank(), "name", name, "a name");
        double min = spec.sigmaMin();
        require(min > 0 && min < spec.sigmaMax(), "times.sigma_min", min, "more than 0, less than " + spec.sigmaMax());
        require(spec.sigmaData() > 0, "times.sigma_data", spec.sigmaData(), "more than 0");
        require(spec.rho() > 0, "times.rho", spec.rho(), "more than 0");
        require(
                network.jumps() || goal instanceof Goal.Denoiser,
                "network",
                network,
                "one that takes the second time, to learn jumps");
        require(
                (long) schedule.batch() * spec.dimension() <= Integer.MAX_VALUE,
                (goal instanceof Goal.Denoiser ? "teacher" : "student") + ".batch",
                schedule.batch(),
                "at most " + Integer.MAX_VALUE / spec.dimension() + " pictures of " + spec.dimension() + " values");
        require(snapshotEvery >= 1, "snapshot_every", snapshotEvery, "at least 1");
    }

    /** Attention that has no effect, as it names no level of the network; in words. */
    public Optional<String> unusedAttention() {
        List<Integer> unused = network.attention().stream()
                .filter(side -> !network.resolutions().contains(side))
                .toList();
        return unused.isEmpty()
                ? Optional.empty()
                : Optional.of("network.attention: " + unused + " names none of the network's levels, "
                        + network.resolutions() + ", and has no effect");
    }

    /** Pictures seen before step {@code step}. */
    public long seenBefore(int step) {
        return (long) step * schedule.batch();
    }

    /** The adversarial loss; null for none. */
    Goal.@Nullable Adversarial adversarial() {
        return goal instanceof Goal.Jumps jumps ? jumps.adversarial() : null;
    }

    /** What step {@code step}, counted from 0, updates. */
    Goal.Phase phase(int step) {
        Goal.Adversarial adversarial = adversarial();
        return adversarial == null ? Goal.Phase.PLAIN : adversarial.phase(step);
    }

    /** Learning rate of what step {@code step} updates: critics have a constant one of their own. */
    double rate(int step) {
        Goal.Adversarial adversarial = adversarial();
        return adversarial != null && phase(step) == Goal.Phase.CRITICS
                ? adversarial.learningRate()
                : schedule.rate(step);
    }

    static void require(boolean holds, String name, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
