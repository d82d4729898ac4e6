package dev.glimpse.training;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.model.Emission;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.Parameter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Jumps and denoiser together, balanced by their gradients of the last layer (CTM paper, adaptive weights): the
 * objective of a student.
 *
 * <p>L = L_CTM + w lambda_DSM L_DSM + w_G lambda_GAN L_GAN, where lambda_i = |dL_CTM/dW| / |dL_i/dW| over the last
 * layer's weight W, and lambda_GAN stays within its bounds. Since lambda is a constant to the gradient, each loss is
 * differentiated once and the gradients are added up.
 */
final class JumpObjective implements Objective {
    static final double MIN_LAMBDA_GAN = 0.01;
    static final double MAX_LAMBDA_GAN = 10;

    private static final String SONG_LAST = "_aux_conv.weight";
    private static final String ADM_LAST = ".out_layers.3.weight";

    private final Goal.Jumps goal;
    private final EmittedNetwork network;
    private final TrainingOps ops;
    private final JumpLoss jumps;
    private final DenoiserLoss denoiser;
    private final Distances distances;
    private final List<FrozenNetwork> distanceNetworks;
    private final @Nullable Critics critics;
    private final @Nullable EmittedNetwork teacher;
    private final NDArray[] teacherWeights;
    private final int lastLayer;

    private JumpObjective(
            TrainingRecipe recipe,
            Goal.Jumps goal,
            TrainingInputs inputs,
            TeacherWeights teacherWeights,
            EmittedNetwork network,
            TrainingOps ops) {
        this.goal = goal;
        this.network = network;
        this.ops = ops;
        ModelSpec times = recipe.spec();
        double[] grid = new KarrasGrid(times.sigmaMin(), times.sigmaMax(), times.rho())
                .knots(goal.knots().count());
        this.jumps = new JumpLoss(ops, goal, grid, times.sigmaMin());
        this.denoiser = new DenoiserLoss(ops, times.sigmaData());
        Device device = network.manager().getDevice();
        this.distanceNetworks = distanceModels(goal, inputs).stream()
                .map(file -> FrozenNetwork.load(file, device))
                .toList();
        this.distances = new Distances(ops, goal.distance(), distanceNetworks);
        distances.requireFit(new Shape(1, times.channels(), times.height(), times.width()));
        this.critics = goal.adversarial() == null
                ? null
                : new Critics(inputs.features(), goal.adversarial(), recipe.spec(), ops, device);
        this.lastLayer = lastLayer(
                network.parameters().stream().filter(Parameter::trained).toList());
        ModelDirectory teacher = goal.solver() == Goal.Solver.HEUN ? inputs.teacher() : null;
        if (teacher == null) {
            this.teacher = null;
            this.teacherWeights = new NDArray[0];
        } else {
            this.teacher = EmittedNetwork.load(
                    teacher.config().network(),
                    teacher.config().spec().sigmaData(),
                    new Emission(recipe.schedule().precision().isBf16(device), 0),
                    device);
            this.teacherWeights = teacherWeights.on(this.teacher);
        }
    }

    static JumpObjective load(
            TrainingRecipe recipe,
            Goal.Jumps goal,
            TrainingInputs inputs,
            TeacherWeights teacher,
            EmittedNetwork network,
            TrainingOps ops) {
        return new JumpObjective(recipe, goal, inputs, teacher, network, ops);
    }

    private static List<Path> distanceModels(Goal.Jumps goal, TrainingInputs inputs) {
        if (goal.distance() instanceof Goal.Distance.Learned) {
            return List.of(Objects.requireNonNull(inputs.distanceModel(), "checked with the recipe"));
        }
        return goal.distance() instanceof Goal.Distance.Perceptual ? inputs.features() : List.of();
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
        Map<String, Double> atBound = new LinkedHashMap<>();
        try (WeightedNetwork online = new WeightedNetwork(network, weights.dropout(), weights.student());
                WeightedNetwork average = new WeightedNetwork(network, weights.dropout(), weights.target());
                WeightedNetwork guide = guide(weights);
                WeightedNetwork sampler = new WeightedNetwork(network, weights.target())) {
            JumpLoss.Players players = new JumpLoss.Players(online, average, guide);
            NDArray x = jumps.start(rows, sampler);
            if (weights.phase() == Goal.Phase.CRITICS) {
                return criticise(rows, jumps.estimate(rows, x, players, false), weights.critics());
            }
            NDArray expected = jumps.expected(rows, x, players);
            NDArray estimate = jumps.estimate(rows, x, players, true);
            NDArray ctm = ops.mean(manager, distances.perPicture(manager, estimate, expected));
            boolean persuades = weights.phase() == Goal.Phase.GENERATOR;
            NDArray[] gradients = ops.grad(manager, ctm, persuades, trained);
            terms.put(LossNames.CTM, (double) ctm.getFloat());
            // All weights are measured against the jumps' own gradients, before anything is added to them.
            List<Addition> additions = new ArrayList<>();
            if (persuades) {
                NDArray gan = critics().persuade(rows, estimate, weights.critics());
                Addition more = adversarial(manager, gan, trained, gradients[lastLayer], terms);
                additions.add(more);
                atBound.put(LossNames.LAMBDA_GAN, more.atBound() ? 1.0 : 0.0);
            }
            if (goal.denoiserWeight() > 0) {
                NDArray dsm = ops.mean(manager, denoiser.perPicture(rows, online));
                Addition more = denoising(manager, dsm, trained, gradients[lastLayer], terms);
                additions.add(more);
                atBound.put(LossNames.LAMBDA_DSM, more.atBound() ? 1.0 : 0.0);
            }
            additions.forEach(more -> ops.add(manager, gradients, more.gradients(), more.factor()));
            return new Losses(gradients, terms, atBound);
        }
    }

    /** A loss's gradients, what they count, and whether their adaptive weight is at a bound. */
    private record Addition(NDArray[] gradients, double factor, boolean atBound) {}

    private Addition denoising(
            NDManager manager, NDArray dsm, NDArray[] trained, NDArray measure, Map<String, Double> terms) {
        NDArray[] gradients = ops.grad(manager, dsm, false, trained);
        double lambda = ops.balance(manager, measure, gradients[lastLayer]);
        terms.put(LossNames.DSM, (double) dsm.getFloat());
        terms.put(LossNames.LAMBDA_DSM, lambda);
        return new Addition(gradients, lambda * goal.denoiserWeight(), lambda >= TrainingOps.MAX_BALANCE);
    }

    private Addition adversarial(
            NDManager manager, NDArray gan, NDArray[] trained, NDArray measure, Map<String, Double> terms) {
        NDArray[] gradients = ops.grad(manager, gan, false, trained);
        double lambda = ops.balance(manager, measure, gradients[lastLayer]);
        double clipped = Math.min(MAX_LAMBDA_GAN, Math.max(MIN_LAMBDA_GAN, lambda));
        terms.put(LossNames.GAN, (double) gan.getFloat());
        terms.put(LossNames.LAMBDA_GAN, clipped);
        boolean atBound = lambda <= MIN_LAMBDA_GAN || lambda >= MAX_LAMBDA_GAN;
        return new Addition(gradients, clipped * adversarialGoal().weight(), atBound);
    }

    private Losses criticise(Rows rows, NDArray drawn, List<CriticTensors> tensors) {
        NDArray hinge = critics().hinge(rows, drawn, tensors);
        NDArray[] gradients = ops.grad(rows.manager(), hinge, false, CriticLearner.weights(tensors));
        return new Losses(gradients, Map.of(LossNames.CRITIC, (double) hinge.getFloat()));
    }

    private Critics critics() {
        return Objects.requireNonNull(critics, "a phase with critics follows from an adversarial goal");
    }

    private Goal.Adversarial adversarialGoal() {
        return Objects.requireNonNull(goal.adversarial(), "a phase with critics follows from an adversarial goal");
    }

    private WeightedNetwork guide(Weights weights) {
        return teacher == null
                ? new WeightedNetwork(network, weights.dropout(), weights.target())
                : new WeightedNetwork(teacher, teacherWeights);
    }

    @Override
    public void close() {
        distanceNetworks.forEach(FrozenNetwork::close);
        if (critics != null) {
            critics.close();
        }
        if (teacher != null) {
            teacher.close();
        }
    }
}
