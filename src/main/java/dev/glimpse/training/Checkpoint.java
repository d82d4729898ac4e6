package dev.glimpse.training;

import dev.glimpse.model.HostTensor;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.Parameter;
import dev.glimpse.model.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything a run needs to go on as if it had never stopped: weights, moving average, both moments of Adam, the step.
 *
 * <p>Random draws and the order of pictures follow from the step and the recipe's seed, so no generator state is kept.
 *
 * @param step steps taken
 * @param recipe text of the recipe it belongs to, compared on resume
 * @param groups arrays by group (weights, average, first, second) and parameter name
 */
record Checkpoint(int step, String recipe, Map<String, Map<String, float[]>> groups) {
    static final String WEIGHTS = "weights";
    static final String AVERAGE = "average";
    static final String FIRST = "first_moment";
    static final String SECOND = "second_moment";

    void write(Path file, List<Parameter> parameters) throws IOException {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        groups.forEach((group, arrays) -> {
            for (Parameter p : parameters) {
                List<Long> shape = p.shape().stream().map(Integer::longValue).toList();
                tensors.put(group + "/" + p.name(), HostTensor.of(arrays.get(p.name()), shape));
            }
        });
        new SafeTensors(tensors, Map.of("step", Integer.toString(step), "recipe", recipe)).write(file);
    }

    static Checkpoint read(Path file, List<Parameter> parameters) throws IOException {
        SafeTensors content = SafeTensors.read(file);
        Map<String, Map<String, float[]>> groups = new LinkedHashMap<>();
        for (String group : List.of(WEIGHTS, AVERAGE, FIRST, SECOND)) {
            Map<String, float[]> arrays = new LinkedHashMap<>();
            for (Parameter p : parameters) {
                HostTensor tensor = content.tensors().get(group + "/" + p.name());
                if (tensor == null || tensor.size() != p.size()) {
                    throw new ModelFormatException(file + ": no " + group + "/" + p.name() + " of shape " + p.shape()
                            + " (expected: a checkpoint of this recipe)");
                }
                arrays.put(p.name(), tensor.floats());
            }
            groups.put(group, arrays);
        }
        String step = content.metadata().get("step");
        String recipe = content.metadata().get("recipe");
        if (step == null || recipe == null) {
            throw new ModelFormatException(file + ": no step or recipe (expected: a checkpoint of a training run)");
        }
        return new Checkpoint(Integer.parseInt(step), recipe, groups);
    }
}
