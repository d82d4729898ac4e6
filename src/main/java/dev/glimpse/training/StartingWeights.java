package dev.glimpse.training;

import dev.glimpse.model.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The weights a run starts with: those of another model by name, and for the rest what the network's definition says.
 */
final class StartingWeights {
    /** Layers through which the second time enters a block; with zeros there it has no effect. */
    private static final Pattern SECOND_TIME = Pattern.compile(".*\\.(affine_s|emb_layers_s\\.1)\\.(weight|bias)");

    /** Whatever the second time enters by: of a denoiser to start from it is not expected. */
    private static final Pattern OF_SECOND_TIME = Pattern.compile(".*_s\\..*");

    /** What a teacher may have learned with and nobody asks for. */
    private static final Pattern UNUSED = Pattern.compile("map_augment\\..*");

    private static final int MOST_NAMED = 4;

    private StartingWeights() {}

    /**
     * What a model to start from does not fill of a network, and what of it is not taken; in words, empty where all
     * fits but the second time.
     *
     * @param from names of its parameters
     */
    static List<String> differences(List<Parameter> parameters, Set<String> from) {
        List<String> missing = parameters.stream()
                .map(Parameter::name)
                .filter(name ->
                        !from.contains(name) && !OF_SECOND_TIME.matcher(name).matches())
                .toList();
        Set<String> own = parameters.stream().map(Parameter::name).collect(Collectors.toSet());
        List<String> left = from.stream()
                .filter(name -> !own.contains(name)
                        && !OF_SECOND_TIME.matcher(name).matches()
                        && !UNUSED.matcher(name).matches())
                .sorted()
                .toList();
        List<String> lines = new ArrayList<>();
        if (!missing.isEmpty()) {
            lines.add(
                    missing.size() + " of " + parameters.size() + " tensors begin as the network's definition says, as"
                            + " the model to start from has none of their name: " + named(missing));
        }
        if (!left.isEmpty()) {
            lines.add(
                    left.size() + " tensors of the model to start from are not taken, as the recipe's network has none"
                            + " of their name: " + named(left));
        }
        return lines;
    }

    private static String named(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())));
        return names.size() > MOST_NAMED ? shown + ", ..." : shown;
    }

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
