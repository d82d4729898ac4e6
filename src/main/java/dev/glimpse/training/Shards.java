package dev.glimpse.training;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import dev.glimpse.model.EngineMessage;
import dev.glimpse.model.ModelFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The shards of a run, each on a thread of its own. Confined to the run's thread. */
final class Shards implements AutoCloseable {
    private final TrainingRecipe recipe;
    private final List<Shard> shards = new ArrayList<>();
    private final List<ExecutorService> threads = new ArrayList<>();

    /** @throws IllegalArgumentException if what the run learns from does not fit the recipe */
    Shards(TrainingRecipe recipe, TrainingInputs inputs, Placement placement) {
        this.recipe = recipe;
        TeacherWeights teacher = new TeacherWeights(inputs.teacher());
        for (int i = 0; i < placement.shards(); i++) {
            int number = i;
            ExecutorService thread = Executors.newSingleThreadExecutor(r -> new Thread(r, "shard-" + number));
            threads.add(thread);
            Callable<Shard> load = () -> new Shard(recipe, inputs, teacher, placement.of(number));
            try {
                shards.addAll(finish(List.of(thread.submit(load))));
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }
    }

    /**
     * Computes a step on all of them.
     *
     * @param owner of the gradients
     * @param batch rows of the step
     * @param tensors what all of them read
     * @return losses and gradients of each shard
     */
    List<Losses> run(
            NDManager owner,
            int batch,
            int step,
            PictureLoader.Pictures pictures,
            Goal.Phase phase,
            StepTensors tensors) {
        List<Future<Losses>> pending = new ArrayList<>();
        int parts = Math.min(batch, shards.size());
        for (int i = 0; i < parts; i++) {
            Shard shard = shards.get(i);
            Shard.Share share =
                    new Shard.Share(step, pictures, batch * i / parts, batch * (i + 1) / parts, parts, phase);
            pending.add(threads.get(i).submit(() -> run(shard, owner, share, tensors)));
        }
        return finish(pending);
    }

    private Losses run(Shard shard, NDManager owner, Shard.Share share, StepTensors tensors) {
        try {
            return shard.run(owner, share, tensors);
        } catch (EngineException e) {
            throw inStep(e, recipe.schedule().microbatch(), share.to() - share.from());
        }
    }

    /**
     * What the engine's failure in a step is told as.
     *
     * @param rows of the share
     */
    static RuntimeException inStep(EngineException failure, int microbatch, int rows) {
        // Groups are of one size, as near as can be, which a little less may not change.
        int groups = (rows + microbatch - 1) / microbatch;
        int most = (rows + groups - 1) / groups;
        String expected = most > 1 ? "fewer than " + most : "a device with more memory";
        return EngineMessage.shortage(failure)
                .<RuntimeException>map(line -> new IllegalArgumentException(
                        "microbatch: " + microbatch + " (expected: " + expected
                                + "; the device has no room for a step: " + line + ")",
                        failure))
                .orElse(failure);
    }

    /** Waits for all, even if one fails: the others still use tensors that the caller closes afterwards. */
    static <T> List<T> finish(List<Future<T>> pending) {
        List<T> results = new ArrayList<>();
        @Nullable RuntimeException failure = null;
        for (Future<T> one : pending) {
            try {
                results.add(Interruptions.finish(one));
            } catch (ExecutionException e) {
                RuntimeException told = told(e.getCause());
                if (failure == null) {
                    failure = told;
                } else {
                    failure.addSuppressed(told);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    private static RuntimeException told(Throwable cause) {
        if (cause instanceof IllegalArgumentException wrong) {
            return wrong;
        }
        return cause instanceof ModelFormatException wrong
                ? wrong
                : new IllegalStateException("a shard failed: " + EngineMessage.of(cause), cause);
    }

    @Override
    public void close() {
        List<Future<Void>> closed = new ArrayList<>();
        for (int i = 0; i < shards.size(); i++) {
            Shard shard = shards.get(i);
            closed.add(threads.get(i).submit(() -> {
                shard.close();
                return null;
            }));
        }
        threads.forEach(ExecutorService::shutdown);
        finish(closed);
    }
}
