package dev.glimpse.training;

import dev.glimpse.math.DrawNumbers;
import dev.glimpse.math.NoiseStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads the pictures of the next steps while the current one runs.
 *
 * <p>A few batches ahead and no more, so that slow disks are hidden and memory stays bounded. What a step gets depends
 * on the step alone. Confined to the run's thread.
 */
final class PictureLoader implements AutoCloseable {
    /** Enough to hide the reading of files behind a step. */
    private static final int AHEAD = 4;

    /** A few, so that all threads work at the batch that is needed next. */
    private static final int ROWS_AT_ONCE = 8;

    /** Waiting for a slow disk takes no core. */
    private static final int FEWEST_THREADS = 4;

    /** So many decode faster than any step learns. */
    private static final int MOST_THREADS = 32;

    private final DataSet data;
    private final int batch;
    private final boolean flip;
    private final long seed;
    private final BatchOrder order;
    private final ExecutorService threads;
    private final Queue<Batch> loading = new ArrayDeque<>();
    private int next;

    /**
     * The pictures of a step.
     *
     * @param x0 values in [-1, 1], [B, C, H, W] flattened
     * @param labels class indices
     */
    record Pictures(float[] x0, int[] labels) {}

    /** Pictures of which threads are still reading some. */
    private record Batch(Pictures pictures, List<Future<?>> parts) {}

    /** @param step the first step that will ask for its pictures */
    PictureLoader(DataSet data, TrainingRecipe recipe, int step) {
        this(data, recipe, step, Executors.newFixedThreadPool(threads(), r -> {
            Thread thread = new Thread(r, "loader");
            thread.setDaemon(true);
            return thread;
        }));
    }

    /** @param threads that read, in the order they are asked to; closed with the loader */
    PictureLoader(DataSet data, TrainingRecipe recipe, int step, ExecutorService threads) {
        this.data = data;
        this.batch = recipe.schedule().batch();
        this.flip = recipe.flip();
        this.seed = recipe.seed();
        this.order = new BatchOrder(data.count(), seed);
        this.next = step;
        this.threads = threads;
    }

    private static int threads() {
        int cores = Runtime.getRuntime().availableProcessors();
        return Math.min(MOST_THREADS, Math.max(FEWEST_THREADS, cores));
    }

    /** The pictures of the next step, in the order of steps. */
    Pictures next() {
        while (loading.size() <= AHEAD) {
            loading.add(submit(next++));
        }
        return await(loading.remove());
    }

    private Batch submit(int step) {
        int[] indices = new int[batch];
        for (int i = 0; i < batch; i++) {
            indices[i] = order.at((long) step * batch + i);
        }
        Pictures pictures = new Pictures(new float[batch * data.dimension()], new int[batch]);
        List<Future<?>> parts = new ArrayList<>();
        for (int from = 0; from < batch; from += ROWS_AT_ONCE) {
            int first = from;
            int end = Math.min(batch, from + ROWS_AT_ONCE);
            parts.add(threads.submit(() -> {
                for (int row = first; row < end; row++) {
                    load(step, row, indices[row], pictures);
                }
            }));
        }
        return new Batch(pictures, parts);
    }

    private void load(int step, int row, int index, Pictures to) {
        int dimension = data.dimension();
        data.read(index, to.x0(), row * dimension);
        to.labels()[row] = data.label(index);
        if (flip && NoiseStream.uniform(seed, row, step, DrawNumbers.FLIP) < 0.5) {
            mirror(to.x0(), row * dimension, dimension);
        }
    }

    private void mirror(float[] values, int from, int count) {
        int width = data.width();
        for (int row = from; row < from + count; row += width) {
            for (int i = 0; i < width / 2; i++) {
                float left = values[row + i];
                values[row + i] = values[row + width - 1 - i];
                values[row + width - 1 - i] = left;
            }
        }
    }

    private static Pictures await(Batch batch) {
        try {
            for (Future<?> part : batch.parts()) {
                Interruptions.finish(part);
            }
            return batch.pictures();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DataSetException broken) {
                throw broken;
            }
            throw new IllegalStateException("pictures cannot be loaded: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
