package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;

/**
 * Moves weights against their gradients, by Adam or by RAdam as PyTorch computes it (Liu et al., 2020), without weight
 * decay.
 *
 * <p>Confined to the thread of its operations.
 */
final class Optimiser {
    private static final double RECTIFIED_FROM = 5;

    private final TrainingOps ops;
    private final Rule rule;
    private final NDArray[] weights;
    private final NDArray[] first;
    private final NDArray[] second;
    private final NDArray[] counters;
    private int updates;

    /**
     * How weights move.
     *
     * @param kind of optimiser
     * @param beta1 rate of the first moment
     * @param beta2 rate of the second moment
     */
    record Rule(Schedule.OptimiserKind kind, double beta1, double beta2) {}

    /**
     * @param first moments of the weights, changed in place
     * @param second moments of the weights, changed in place
     * @param updates made so far
     */
    Optimiser(TrainingOps ops, Rule rule, NDArray[] weights, NDArray[] first, NDArray[] second, int updates) {
        this.ops = ops;
        this.rule = rule;
        this.weights = weights;
        this.first = first;
        this.second = second;
        this.updates = updates;
        this.counters = new NDArray[weights.length];
        for (int i = 0; i < counters.length; i++) {
            counters[i] = weights[i].getManager().full(new Shape(), (float) updates);
        }
    }

    int updates() {
        return updates;
    }

    void update(NDManager manager, NDArray[] gradients, double rate) {
        // A change in place of a tensor that gradients are asked for is refused while a graph is recorded.
        JniUtils.setGradMode(false);
        try {
            if (rule.kind() == Schedule.OptimiserKind.ADAM) {
                adam(manager, gradients, rate);
            } else {
                radam(manager, gradients, rate);
            }
            updates++;
        } finally {
            JniUtils.setGradMode(true);
        }
    }

    private void adam(NDManager manager, NDArray[] gradients, double rate) {
        ops.call(
                manager,
                "adam",
                TrainingOps.list(weights),
                TrainingOps.list(gradients),
                TrainingOps.list(first),
                TrainingOps.list(second),
                TrainingOps.list(counters),
                IValue.from(rate),
                IValue.from(rule.beta1()),
                IValue.from(rule.beta2()));
    }

    /*
     * With k updates, m and v the moments, rho_inf = 2 / (1 - beta2) - 1 and
     * rho_k = rho_inf - 2 k beta2^k / (1 - beta2^k):
     *   rho_k > 5:  p -= rate r sqrt(1 - beta2^k) / (1 - beta1^k) m / (sqrt(v) + eps),
     *               r = sqrt((rho_k - 4) (rho_k - 2) rho_inf / ((rho_inf - 4) (rho_inf - 2) rho_k))
     *   otherwise:  p -= rate / (1 - beta1^k) m
     */
    private void radam(NDManager manager, NDArray[] gradients, double rate) {
        double k = updates + 1.0;
        double correction1 = 1 - Math.pow(rule.beta1(), k);
        double power2 = Math.pow(rule.beta2(), k);
        double limit = 2 / (1 - rule.beta2()) - 1;
        double length = limit - 2 * k * power2 / (1 - power2);
        ops.call(
                manager,
                "moments",
                TrainingOps.list(gradients),
                TrainingOps.list(first),
                TrainingOps.list(second),
                IValue.from(rule.beta1()),
                IValue.from(rule.beta2()));
        if (length > RECTIFIED_FROM) {
            double r = Math.sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length));
            ops.call(
                    manager,
                    "rectified",
                    TrainingOps.list(weights),
                    TrainingOps.list(first),
                    TrainingOps.list(second),
                    IValue.from(rate * r * Math.sqrt(1 - power2) / correction1));
        } else {
            ops.call(
                    manager,
                    "plain",
                    TrainingOps.list(weights),
                    TrainingOps.list(first),
                    IValue.from(rate / correction1));
        }
    }
}
