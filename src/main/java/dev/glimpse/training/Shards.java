package dev.glimpse.training;

import ai.djl.ndarray.NDManager;
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
    private final List<Shard> shards = new ArrayList<>();
    private final List<ExecutorService> threads = new ArrayList<>();

    /** @throws IllegalArgumentException if what the run learns from does not fit the recipe */
    Shards(TrainingRecipe recipe, TrainingInputs inputs, Placement placement) {
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
            pending.add(threads.get(i).submit(() -> shard.run(owner, share, tensors)));
        }
        return finish(pending);
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
                : new IllegalStateException("a shard failed: " + cause.getMessage(), cause);
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
