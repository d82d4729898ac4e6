package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import dev.glimpse.math.Preconditioning;

/** L_DSM: mean of (sigma^2 + sigma_data^2) / (sigma sigma_data)^2 |g(x_0 + sigma eps, sigma, sigma) - x_0|^2. */
final class DenoiserLoss {
    private final TrainingOps ops;
    private final Preconditioning scalings;

    DenoiserLoss(TrainingOps ops, double sigmaData) {
        this.ops = ops;
        this.scalings = new Preconditioning(sigmaData);
    }

    /** The weighted squared error of each picture, [B]. */
    NDArray perPicture(Rows rows, WeightedNetwork student) {
        float[] sigma = rows.draw().levels().sigma();
        float[] weight = new float[sigma.length];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) scalings.lossWeight(sigma[i]);
        }
        NDArray x = rows.noisy(sigma, rows.draw().levels().noise());
        NDArray denoised = student.denoise(rows, x, rows.vector(sigma), true);
        NDArray errors = ops.call(rows.manager(), "squared_error", denoised, rows.clean());
        return ops.call(rows.manager(), "product", errors, rows.vector(weight));
    }
}
