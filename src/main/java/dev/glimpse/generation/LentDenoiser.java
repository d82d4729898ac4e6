package dev.glimpse.generation;

import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * A denoiser on a device that others use too: each evaluation waits for its turn, and takes several of them where it
 * asks for more derivatives than one turn may take. What it says does not depend on that.
 *
 * <p>Confined to the thread that scores.
 */
final class LentDenoiser implements DifferentiableDenoiser {
    private final ScoringTask task;
    private final int probesPerTurn;
    private final Function<DerivativeOrder, CompletableFuture<Void>> turns;
    private double time;

    /** @param turns queues an evaluation; its future completes when that is done, or fails when nobody waits for it */
    LentDenoiser(ScoringTask task, int probesPerTurn, Function<DerivativeOrder, CompletableFuture<Void>> turns) {
        this.task = task;
        this.probesPerTurn = probesPerTurn;
        this.turns = turns;
        time = task.spec().sigmaMin();
    }

    @Override
    public ModelSpec spec() {
        return task.spec();
    }

    /** Lowest noise level of the last evaluation; empty where times are drawn at random. */
    OptionalDouble time() {
        return task.work().method() instanceof ScoringMethod.Ode ? OptionalDouble.of(time) : OptionalDouble.empty();
    }

    @Override
    public void denoise(JumpBatch batch, float[] v, float[] g, float[] products) {
        int each = batch.rows() * task.spec().dimension();
        int most = probesPerTurn * each;
        int from = 0;
        do {
            float[] some = Arrays.copyOfRange(v, from, Math.min(v.length, from + most));
            float[] answers = new float[some.length];
            await(turns.apply(new DerivativeOrder(task.modelId(), batch, some, g, answers)));
            System.arraycopy(answers, 0, products, from, answers.length);
            from += most;
        } while (from < v.length);
        double lowest = task.spec().sigmaMax();
        for (int row = 0; row < batch.rows(); row++) {
            lowest = Math.min(lowest, batch.t()[row]);
        }
        time = lowest;
    }

    private static void await(CompletableFuture<Void> turn) {
        try {
            turn.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    @Override
    public void close() {}
}
