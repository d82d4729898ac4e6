package dev.glimpse.training;

import static dev.glimpse.training.TrainingRecipe.require;

import ai.djl.Device;
import dev.glimpse.model.Emission;
import java.util.List;

/**
 * How a run goes about its goal: steps, their size and what becomes of their gradients.
 *
 * @param steps optimiser steps
 * @param batch pictures per step
 * @param microbatch most pictures whose graph is in memory at once, on each shard; also the group over which adaptive
 *     weights are measured
 * @param accumulation how the gradients of microbatches make one
 * @param precision of what passes from convolution to convolution
 * @param dropout chance of an activation to be dropped, in [0, 1)
 * @param optimiser rule of the update
 * @param learningRate after the warm-up
 * @param finalRate reached along a half cosine at the last step; equal to {@code learningRate} for a constant rate
 * @param warmup steps over which the rate rises from 0
 * @param emaRates rates of the moving averages, in (0, 1); the first one is the run's result
 * @param emaWarmup whether an average's rate rises with the step, so that it soon forgets the start
 */
public record Schedule(
        int steps,
        int batch,
        int microbatch,
        Accumulation accumulation,
        Precision precision,
        double dropout,
        OptimiserKind optimiser,
        double learningRate,
        double finalRate,
        int warmup,
        List<Double> emaRates,
        boolean emaWarmup) {

    /** How the gradients of microbatches make one. */
    public enum Accumulation {
        /** Each picture counts the same, so that the size of a microbatch changes nothing but memory. */
        MEAN,
        /** Means over microbatches are summed, as the official code does. */
        SUM
    }

    /** Rule of the update. */
    public enum OptimiserKind {
        ADAM,
        RADAM
    }

    public Schedule {
        emaRates = List.copyOf(emaRates);
        require(steps >= 0, "steps", steps, "at least 0");
        require(batch >= 1, "batch", batch, "at least 1");
        require(microbatch >= 1, "microbatch", microbatch, "at least 1");
        require(dropout >= 0 && dropout < 1, "dropout", dropout, "0 or more, less than 1");
        require(learningRate > 0, "learning_rate", learningRate, "more than 0");
        require(finalRate >= 0 && finalRate <= learningRate, "final_rate", finalRate, "0.." + learningRate);
        require(warmup >= 0, "warmup", warmup, "at least 0");
        require(!emaRates.isEmpty(), "ema_rates", emaRates, "at least one");
        for (double rate : emaRates) {
            require(rate > 0 && rate < 1, "ema_rates", rate, "between 0 and 1");
        }
    }

    /** How the trained network is written down for a device. */
    Emission emission(Device device) {
        return new Emission(precision.isBf16(device), dropout);
    }

    /** Learning rate of step {@code step}, counted from 0. */
    double rate(int step) {
        double progress = steps <= 1 ? 1 : (double) step / (steps - 1);
        double cosine = finalRate + (learningRate - finalRate) * 0.5 * (1 + Math.cos(Math.PI * progress));
        return step < warmup ? cosine * (step + 1) / warmup : cosine;
    }

    /** The rate of a moving average at update {@code update}, counted from 0. */
    double averageRate(double rate, int update) {
        return emaWarmup ? Math.min(rate, (1.0 + update) / (10.0 + update)) : rate;
    }
}
