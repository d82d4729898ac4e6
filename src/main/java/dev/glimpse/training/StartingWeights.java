package dev.glimpse.training;

import dev.glimpse.model.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The weights a run starts with: those of another model by name, and for the rest what the network's definition says.
 */
final class StartingWeights {
    /** Layers through which the second time enters a block; with zeros there it has no effect. */
    private static final Pattern SECOND_TIME = Pattern.compile(".*\\.(affine_s|emb_layers_s\\.1)\\.(weight|bias)");

    private StartingWeights() {}

    /**
     * Weights by parameter name.
     *
     * @param from weights of a model to start from; null for none
     * @param branch how the second time starts where {@code from} lacks it
     * @throws IllegalArgumentException if {@code from} has a parameter of another size, or none in common
     */
    static Map<String, float[]> of(
            List<Parameter> parameters, long seed, @Nullable Map<String, float[]> from, Goal.NewBranch branch) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        int found = 0;
        for (int p = 0; p < parameters.size(); p++) {
            Parameter parameter = parameters.get(p);
            float[] given = from == null ? null : from.get(parameter.name());
            if (given != null) {
                TrainingRecipe.require(
                        given.length == parameter.size(),
                        parameter.name(),
                        given.length + " values",
                        parameter.size() + " values; a model of the recipe's size to start from");
                weights.put(parameter.name(), given);
                found++;
            } else if (from != null
                    && branch == Goal.NewBranch.NEUTRAL
                    && SECOND_TIME.matcher(parameter.name()).matches()) {
                weights.put(parameter.name(), new float[parameter.size()]);
            } else {
                weights.put(parameter.name(), parameter.start().draw(parameter.size(), seed, p));
            }
        }
        TrainingRecipe.require(
                from == null || found > 0, "model to start from", "no parameter in common", "a model of this kind");
        return weights;
    }
}
