package dev.glimpse.training;

import dev.glimpse.model.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a run starts: weights drawn as the network's definition tells for each parameter, moments at zero. */
final class Initialisation {
    private Initialisation() {}

    static Checkpoint of(List<Parameter> parameters, TrainingRecipe recipe) {
        Map<String, float[]> weights = new LinkedHashMap<>();
        Map<String, float[]> zeros = new LinkedHashMap<>();
        for (int p = 0; p < parameters.size(); p++) {
            Parameter parameter = parameters.get(p);
            float[] values = parameter.start().draw(parameter.size(), recipe.seed(), p);
            weights.put(parameter.name(), values);
            zeros.put(parameter.name(), new float[values.length]);
        }
        Map<String, Map<String, float[]>> groups = new LinkedHashMap<>();
        groups.put(Checkpoint.WEIGHTS, weights);
        groups.put(Checkpoint.AVERAGE, weights);
        groups.put(Checkpoint.FIRST, zeros);
        groups.put(Checkpoint.SECOND, zeros);
        return new Checkpoint(0, recipe.toString(), groups);
    }
}
