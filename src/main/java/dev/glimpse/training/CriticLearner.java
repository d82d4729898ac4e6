package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.math.DrawNumbers;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The critics' weights and what moves them: RAdam with the rates 0.5 and 0.9.
 *
 * <p>Confined to the run's thread, except that shards read the tensors while a step is computed.
 */
final class CriticLearner implements AutoCloseable {
    private static final String UPDATES = "critic_updates";
    private static final String TENSORS = "critic_tensors";
    /** Blocks of noise that the critics of one feature network have to themselves. */
    private static final int BLOCKS = 1 << 16;
    /** Turns of the power iteration that let random vectors find a weight's norm before the first step. */
    private static final int FIRST_TURNS = 15;

    private final Critics critics;
    private final TrainingOps ops;
    private final NDManager manager;
    private final List<CriticTensors> tensors = new ArrayList<>();
    private final Map<String, NDArray> named = new LinkedHashMap<>();
    private final Optimiser optimiser;

    /** @param checkpoint to go on from; null at the start of a run, or where critics join it */
    CriticLearner(
            TrainingRecipe recipe,
            Goal.Adversarial goal,
            TrainingInputs inputs,
            TrainingOps ops,
            @Nullable Checkpoint checkpoint)
            throws IOException {
        Device device = ops.manager().getDevice();
        this.critics = new Critics(inputs.features(), goal, recipe.spec(), ops, device);
        this.ops = ops;
        this.manager = ops.manager().newSubManager();
        Map<String, float[]> saved =
                checkpoint == null || !checkpoint.facts().containsKey(UPDATES) ? Map.of() : checkpoint.group(TENSORS);
        List<NDArray> weights = new ArrayList<>();
        List<NDArray> first = new ArrayList<>();
        List<NDArray> second = new ArrayList<>();
        for (int i = 0; i < critics.definitions().size(); i++) {
            Source source = new Source(saved, recipe.seed(), i);
            CriticTensors one = tensors(critics.definitions().get(i), source);
            tensors.add(one);
            for (int k = 0; k < one.weights().length; k++) {
                Parameter parameter = critics.definitions().get(i).parameters().get(k);
                weights.add(one.weights()[k]);
                first.add(tensor(source, parameter, "first.", new float[parameter.size()]));
                second.add(tensor(source, parameter, "second.", new float[parameter.size()]));
                one.weights()[k].setRequiresGradient(true);
            }
        }
        this.optimiser = new Optimiser(
                ops,
                new Optimiser.Rule(Schedule.OptimiserKind.RADAM, 0.5, 0.9),
                weights.toArray(NDArray[]::new),
                first.toArray(NDArray[]::new),
                second.toArray(NDArray[]::new),
                saved.isEmpty() || checkpoint == null ? 0 : checkpoint.number(UPDATES));
        for (int turn = 0; turn < (saved.isEmpty() ? FIRST_TURNS : 0); turn++) {
            turn();
        }
    }

    /**
     * Where the tensors of a feature network's critics come from.
     *
     * @param saved by name; empty where they are drawn
     * @param seed of the run
     * @param network number of the feature network, from 0
     */
    private record Source(Map<String, float[]> saved, long seed, int network) {
        String key(String name) {
            return "features" + network + "." + name;
        }

        /** Block of noise {@code index} of these critics. */
        int block(int index) {
            return network * BLOCKS + index;
        }
    }

    private CriticTensors tensors(CriticNetwork definition, Source source) {
        List<Parameter> parameters = definition.parameters();
        NDArray[] weights = draw(source, parameters, "", 0);
        NDArray[] projections = draw(source, definition.projections(), "", parameters.size());
        List<NDArray> u = new ArrayList<>();
        List<NDArray> v = new ArrayList<>();
        for (int place : definition.normalised()) {
            Parameter weight = parameters.get(place);
            int rows = weight.shape().get(0);
            u.add(vector(source, weight.name() + ".u", rows, 2 * place));
            v.add(vector(source, weight.name() + ".v", weight.size() / rows, 2 * place + 1));
        }
        return new CriticTensors(weights, projections, u.toArray(NDArray[]::new), v.toArray(NDArray[]::new));
    }

    private NDArray[] draw(Source source, List<Parameter> parameters, String kind, int firstIndex) {
        return IntStream.range(0, parameters.size())
                .mapToObj(i -> {
                    Parameter parameter = parameters.get(i);
                    int index = DrawNumbers.CRITIC_WEIGHTS + source.block(firstIndex + i);
                    return tensor(
                            source, parameter, kind, parameter.start().draw(parameter.size(), source.seed(), index));
                })
                .toArray(NDArray[]::new);
    }

    private NDArray vector(Source source, String name, int size, int index) {
        float[] values = new float[size];
        NoiseStream.addNoise(
                values, (float) (1 / Math.sqrt(size)), source.seed(), DrawNumbers.CRITIC_VECTORS, source.block(index));
        return array(source, name, values, new Shape(size));
    }

    private NDArray tensor(Source source, Parameter parameter, String kind, float[] otherwise) {
        Shape shape = new Shape(
                parameter.shape().stream().mapToLong(Integer::longValue).toArray());
        return array(source, kind + parameter.name(), otherwise, shape);
    }

    private NDArray array(Source source, String name, float[] otherwise, Shape shape) {
        String key = source.key(name);
        float[] values = source.saved().getOrDefault(key, otherwise);
        try (NDArray borrowed = manager.create(values, shape)) {
            NDArray array = borrowed.duplicate();
            named.put(key, array);
            return array;
        }
    }

    List<CriticTensors> tensors() {
        return List.copyOf(tensors);
    }

    /** All trained tensors of some critics, in the order of their gradients. */
    static NDArray[] weights(List<CriticTensors> tensors) {
        return tensors.stream().flatMap(t -> List.of(t.weights()).stream()).toArray(NDArray[]::new);
    }

    void update(NDManager step, NDArray[] gradients, double rate) {
        optimiser.update(step, gradients, rate);
        turn();
    }

    /**
     * One turn of the power iteration after each update, so that norms follow the weights.
     *
     * <p>The official code turns in every evaluation, also where only the generator learns, some of them between the
     * microbatches of a step. Here shards read the vectors at the same time, so they rest during a step, and every
     * microbatch is judged by the same norms.
     */
    private void turn() {
        JniUtils.setGradMode(false);
        try (NDManager step = manager.newSubManager()) {
            for (int i = 0; i < tensors.size(); i++) {
                CriticTensors one = tensors.get(i);
                NDArray[] weights = critics.definitions().get(i).normalised().stream()
                        .map(place -> one.weights()[place])
                        .toArray(NDArray[]::new);
                critics.module(i)
                        .call(
                                step,
                                "power",
                                EmittedOps.list(weights),
                                EmittedOps.list(one.u()),
                                EmittedOps.list(one.v()));
            }
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** Whether weights and moments are numbers that one can go on with. */
    boolean isFinite() {
        return ops.areFinite(named.values().toArray(NDArray[]::new));
    }

    /** Adds what a run needs to go on. */
    void save(Map<String, String> facts, Map<String, Supplier<Map<String, HostTensor>>> groups) {
        facts.put(UPDATES, Integer.toString(optimiser.updates()));
        groups.put(TENSORS, () -> {
            Map<String, HostTensor> all = new LinkedHashMap<>();
            named.forEach((name, array) -> {
                List<Long> shape =
                        Arrays.stream(array.getShape().getShape()).boxed().toList();
                all.put(name, HostTensor.of(HostValues.of(array), shape));
            });
            return all;
        });
    }

    @Override
    public void close() {
        manager.close();
        critics.close();
    }
}
