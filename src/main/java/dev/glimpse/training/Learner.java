package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.Parameter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The weights a run trains, what moves them, and their moving averages.
 *
 * <p>A resumed run finds each average as it left it; the official code takes its target from the average of rate 0.999
 * then, whatever rate it asks for.
 *
 * <p>Confined to the run's thread, except that shards read the weights while a step is computed.
 */
final class Learner {
    private static final String WEIGHTS = "weights";
    private static final String FIRST = "first_moment";
    private static final String SECOND = "second_moment";
    private static final String AVERAGE = "average_";
    private static final String UPDATES = "updates";

    private final EmittedNetwork network;
    private final TrainingOps ops;
    private final Schedule schedule;
    private final NDArray[] weights;
    private final NDArray[] first;
    private final NDArray[] second;
    private final Optimiser optimiser;
    private final Map<Double, NDArray[]> averages = new LinkedHashMap<>();

    private Learner(EmittedNetwork network, TrainingOps ops, Schedule schedule, Source source) throws IOException {
        this.network = network;
        this.ops = ops;
        this.schedule = schedule;
        this.weights = network.upload(source.group(WEIGHTS));
        this.first = network.upload(source.group(FIRST));
        this.second = network.upload(source.group(SECOND));
        this.optimiser = new Optimiser(
                ops,
                new Optimiser.Rule(schedule.optimiser(), 0.9, 0.999),
                trained(weights),
                trained(first),
                trained(second),
                source.updates());
        for (NDArray weight : trained(weights)) {
            weight.setRequiresGradient(true);
        }
    }

    private NDArray[] trained(NDArray[] all) {
        return Objective.trained(network.parameters(), all);
    }

    /** Where tensors come from when a run starts or goes on. */
    private interface Source {
        Map<String, float[]> group(String name) throws IOException;

        int updates();
    }

    /** A learner at the start of a run. */
    static Learner start(EmittedNetwork network, TrainingOps ops, TrainingRecipe recipe, Map<String, float[]> weights)
            throws IOException {
        Map<String, float[]> zeros = new LinkedHashMap<>();
        network.parameters().forEach(p -> zeros.put(p.name(), new float[p.size()]));
        return of(network, ops, recipe, new Source() {
            @Override
            public Map<String, float[]> group(String name) {
                return name.equals(FIRST) || name.equals(SECOND) ? zeros : weights;
            }

            @Override
            public int updates() {
                return 0;
            }
        });
    }

    /** A learner as a checkpoint left it. */
    static Learner resume(EmittedNetwork network, TrainingOps ops, TrainingRecipe recipe, Checkpoint checkpoint)
            throws IOException {
        return of(network, ops, recipe, new Source() {
            @Override
            public Map<String, float[]> group(String name) throws IOException {
                return checkpoint.group(name);
            }

            @Override
            public int updates() {
                return checkpoint.number(UPDATES);
            }
        });
    }

    private static Learner of(EmittedNetwork network, TrainingOps ops, TrainingRecipe recipe, Source source)
            throws IOException {
        Learner learner = new Learner(network, ops, recipe.schedule(), source);
        List<Double> rates = new ArrayList<>(recipe.schedule().emaRates());
        if (recipe.goal() instanceof Goal.Jumps jumps) {
            rates.add(jumps.targetRate());
        }
        for (double rate : rates) {
            if (!learner.averages.containsKey(rate)) {
                learner.averages.put(rate, network.upload(source.group(AVERAGE + rate)));
            }
        }
        return learner;
    }

    /** In the order of the network's parameters. */
    NDArray[] weights() {
        return weights;
    }

    /** The moving average of a rate that the recipe names. */
    NDArray[] average(double rate) {
        NDArray @Nullable [] average = averages.get(rate);
        if (average == null) {
            throw new IllegalArgumentException("rate: " + rate + " (expected: one of " + averages.keySet() + ")");
        }
        return average;
    }

    /** The optimiser's update, then each average's. */
    void update(NDManager manager, NDArray[] gradients, double rate) {
        int update = optimiser.updates();
        optimiser.update(manager, gradients, rate);
        JniUtils.setGradMode(false);
        try {
            averages.forEach((ema, average) -> ops.call(
                    manager,
                    "ema",
                    TrainingOps.list(average),
                    TrainingOps.list(weights),
                    IValue.from(1 - schedule.averageRate(ema, update))));
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    /** Whether weights and averages are numbers that one can go on with. */
    boolean isFinite() {
        return ops.areFinite(weights) && averages.values().stream().allMatch(ops::areFinite);
    }

    /** The run's result so far: the first moving average, by parameter name. */
    Map<String, float[]> result() {
        NDArray[] average = average(schedule.emaRates().get(0));
        Map<String, float[]> values = new LinkedHashMap<>();
        for (int i = 0; i < average.length; i++) {
            values.put(network.parameters().get(i).name(), HostValues.of(average[i]));
        }
        return values;
    }

    /** Adds what {@link #resume} needs. */
    void save(Map<String, String> facts, Map<String, Supplier<Map<String, HostTensor>>> groups) {
        facts.put(UPDATES, Integer.toString(optimiser.updates()));
        groups.put(WEIGHTS, () -> download(weights));
        groups.put(FIRST, () -> download(first));
        groups.put(SECOND, () -> download(second));
        averages.forEach((rate, average) -> groups.put(AVERAGE + rate, () -> download(average)));
    }

    private Map<String, HostTensor> download(NDArray... arrays) {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        IntStream.range(0, arrays.length).forEach(i -> {
            Parameter parameter = network.parameters().get(i);
            List<Long> shape =
                    parameter.shape().stream().map(Integer::longValue).toList();
            tensors.put(parameter.name(), HostTensor.of(HostValues.of(arrays[i]), shape));
        });
        return tensors;
    }
}
