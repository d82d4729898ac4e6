package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.model.Emission;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.Parameter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Jumps and denoiser together, balanced by their gradients of the last layer (CTM paper, eq. 11): the objective of a
 * student.
 *
 * <p>L = L_CTM + w lambda_DSM L_DSM, where lambda_DSM = |dL_CTM/dW| / |dL_DSM/dW| over the last layer's weight W. Since
 * lambda is a constant to the gradient, each loss is differentiated once and the gradients are added up.
 */
final class JumpObjective implements Objective {
    private static final String SONG_LAST = "_aux_conv.weight";
    private static final String ADM_LAST = ".out_layers.3.weight";

    private final Goal.Jumps goal;
    private final EmittedNetwork network;
    private final TrainingOps ops;
    private final JumpLoss jumps;
    private final DenoiserLoss denoiser;
    private final Distances distances;
    private final @Nullable FrozenNetwork judge;
    private final @Nullable EmittedNetwork teacher;
    private final NDArray[] teacherWeights;
    private final int lastLayer;

    private JumpObjective(
            TrainingRecipe recipe,
            Goal.Jumps goal,
            EmittedNetwork network,
            TrainingOps ops,
            @Nullable FrozenNetwork judge,
            @Nullable ModelDirectory teacher) {
        this.goal = goal;
        this.network = network;
        this.ops = ops;
        ModelSpec times = recipe.spec();
        double[] grid = new KarrasGrid(times.sigmaMin(), times.sigmaMax(), times.rho()).knots(goal.knots());
        this.jumps = new JumpLoss(ops, goal, grid, times.sigmaMin());
        this.denoiser = new DenoiserLoss(ops, times.sigmaData());
        this.judge = judge;
        this.distances = new Distances(ops, goal.distance(), judge);
        this.lastLayer = lastLayer(
                network.parameters().stream().filter(Parameter::trained).toList());
        if (teacher == null) {
            this.teacher = null;
            this.teacherWeights = new NDArray[0];
        } else {
            Device device = network.manager().getDevice();
            Emission precision = new Emission(recipe.schedule().emission().bf16(), 0);
            this.teacher = EmittedNetwork.load(
                    teacher.config().network(), teacher.config().spec().sigmaData(), precision, device);
            this.teacherWeights = this.teacher.upload(teacher.weights());
        }
    }

    static JumpObjective load(
            TrainingRecipe recipe, Goal.Jumps goal, TrainingInputs inputs, EmittedNetwork network, TrainingOps ops) {
        Path file = goal.distance() instanceof Goal.Distance.Learned
                ? inputs.verdict()
                : goal.distance() instanceof Goal.Distance.Perceptual ? inputs.features() : null;
        Device device = network.manager().getDevice();
        ModelDirectory teacher = goal.solver() == Goal.Solver.HEUN ? inputs.teacher() : null;
        return new JumpObjective(
                recipe, goal, network, ops, file == null ? null : FrozenNetwork.load(file, device), teacher);
    }

    /** The layer over which the official code measures gradients: the output convolution, or ADM's last block's. */
    private static int lastLayer(List<Parameter> parameters) {
        return IntStream.iterate(parameters.size() - 1, i -> i >= 0, i -> i - 1)
                .filter(i -> parameters.get(i).name().endsWith(SONG_LAST)
                        || parameters.get(i).name().endsWith(ADM_LAST))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("last layer: none among " + parameters.size()
                        + " parameters (expected: one that ends in " + SONG_LAST + " or " + ADM_LAST + ")"));
    }

    @Override
    public Losses compute(Rows rows, Weights weights) {
        NDManager manager = rows.manager();
        NDArray[] trained = Objective.trained(network.parameters(), weights.student());
        Map<String, Double> terms = new LinkedHashMap<>();
        try (WeightedNetwork online = new WeightedNetwork(network, weights.dropout(), weights.student());
                WeightedNetwork average = new WeightedNetwork(network, weights.dropout(), weights.target());
                WeightedNetwork guide = guide(weights)) {
            JumpLoss.Players players = new JumpLoss.Players(online, average, guide);
            NDArray expected = jumps.expected(rows, players);
            NDArray estimate = jumps.estimate(rows, players, true);
            NDArray ctm = ops.mean(manager, distances.perPicture(manager, estimate, expected));
            NDArray[] gradients = ops.grad(manager, ctm, false, trained);
            terms.put(Terms.CTM, (double) ctm.getFloat());
            if (goal.denoiserWeight() > 0) {
                addDenoiser(rows, online, trained, gradients, terms);
            }
            return new Losses(gradients, terms);
        }
    }

    private void addDenoiser(
            Rows rows, WeightedNetwork online, NDArray[] trained, NDArray[] gradients, Map<String, Double> terms) {
        NDManager manager = rows.manager();
        NDArray dsm = ops.mean(manager, denoiser.perPicture(rows, online));
        NDArray[] others = ops.grad(manager, dsm, false, trained);
        double lambda = ops.balance(manager, gradients[lastLayer], others[lastLayer]);
        ops.add(manager, gradients, others, lambda * goal.denoiserWeight());
        terms.put(Terms.DSM, (double) dsm.getFloat());
        terms.put(Terms.LAMBDA_DSM, lambda);
    }

    private WeightedNetwork guide(Weights weights) {
        return teacher == null
                ? new WeightedNetwork(network, weights.dropout(), weights.target())
                : new WeightedNetwork(teacher, teacherWeights);
    }

    @Override
    public void close() {
        if (judge != null) {
            judge.close();
        }
        if (teacher != null) {
            teacher.close();
        }
    }
}
