package dev.glimpse.generation;

import dev.glimpse.math.Sampler;
import dev.glimpse.model.ModelSpec;
import java.util.List;
import java.util.OptionalDouble;

/**
 * All that clients may know of a model version that was read.
 *
 * @param model what it makes
 * @param sigmaData standard deviation of the data that it was trained on
 * @param rho curvature of the Karras grid that its knots lie on
 * @param samplers those that it can walk with
 * @param parameters trainable numbers of its network; 0 if not known
 * @param lastJumpT where walks of a number of steps from noise begin their last jump; empty: where the Karras grid has
 *     its last knot but one
 */
public record ModelProfile(
        ServedModel model,
        double sigmaData,
        double rho,
        List<Sampler> samplers,
        long parameters,
        OptionalDouble lastJumpT) {
    public ModelProfile {
        samplers = List.copyOf(samplers);
    }

    static ModelProfile of(ModelSource source, ServedModel model) {
        ModelSpec spec = source.spec();
        return new ModelProfile(
                model, spec.sigmaData(), spec.rho(), PlanRequest.samplers(spec), source.parameters(), spec.lastJumpT());
    }
}
