package dev.glimpse.training;

import dev.glimpse.math.NoiseStream;
import java.util.ArrayDeque;
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
    /** Enough to hide the reading of files behind a step, on as many threads. */
    private static final int AHEAD = 4;

    /** A draw of its own: {@link TimeDraws} takes those before it for the same step and row. */
    private static final int FLIP = TimeDraws.DRAWS;

    private final DataSet data;
    private final int batch;
    private final boolean flip;
    private final long seed;
    private final BatchOrder order;
    private final ExecutorService threads;
    private final Queue<Future<Pictures>> loading = new ArrayDeque<>();
    private int next;

    /**
     * The pictures of a step.
     *
     * @param x0 values in [-1, 1], [B, C, H, W] flattened
     * @param labels class indices
     */
    record Pictures(float[] x0, int[] labels) {}

    /** @param step the first step that will ask for its pictures */
    PictureLoader(DataSet data, TrainingRecipe recipe, int step) {
        this.data = data;
        this.batch = recipe.schedule().batch();
        this.flip = recipe.flip();
        this.seed = recipe.seed();
        this.order = new BatchOrder(data.count(), seed);
        this.next = step;
        this.threads = Executors.newFixedThreadPool(AHEAD, r -> {
            Thread thread = new Thread(r, "loader");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The pictures of the next step, in the order of steps. */
    Pictures next() {
        while (loading.size() <= AHEAD) {
            loading.add(submit(next++));
        }
        return await(loading.remove());
    }

    private Future<Pictures> submit(int step) {
        int[] indices = new int[batch];
        for (int i = 0; i < batch; i++) {
            indices[i] = order.at((long) step * batch + i);
        }
        return threads.submit(() -> load(step, indices));
    }

    private Pictures load(int step, int[] indices) {
        int dimension = data.dimension();
        float[] x0 = new float[batch * dimension];
        int[] labels = new int[batch];
        for (int i = 0; i < batch; i++) {
            data.read(indices[i], x0, i * dimension);
            labels[i] = data.label(indices[i]);
            if (flip && NoiseStream.uniform(seed, i, step, FLIP) < 0.5) {
                mirror(x0, i * dimension, dimension);
            }
        }
        return new Pictures(x0, labels);
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

    private static Pictures await(Future<Pictures> pictures) {
        try {
            return Interruptions.finish(pictures);
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
