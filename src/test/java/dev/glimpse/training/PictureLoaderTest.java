package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PictureLoaderTest {
    private static final int BATCH = 20;
    private static final int AHEAD = 4;

    private final ImageDataSet data = TinyRun.data();
    private final TrainingRecipe recipe = recipe(false);

    @Test
    void picturesOfTheNextStepsAreReadWhileOneRuns() throws InterruptedException {
        CountDownLatch read = new CountDownLatch((1 + AHEAD) * BATCH);
        try (PictureLoader loader =
                new PictureLoader(new WatchedData(data, (picture, batch) -> read.countDown()), recipe, 0)) {
            loader.next();
            assertThat(read.await(1, TimeUnit.MINUTES)).isTrue();
        }
    }

    /** One thread takes what it is asked for in order: behind all of it, nothing else can have been read. */
    @Test
    void noMoreThanTheNextStepsPicturesAreReadAhead() throws Exception {
        AtomicInteger read = new AtomicInteger();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (PictureLoader loader = new PictureLoader(
                new WatchedData(data, (picture, batch) -> read.incrementAndGet()), recipe, 0, thread)) {
            for (int step = 0; step < 3; step++) {
                loader.next();
                thread.submit(() -> {}).get();
                assertThat(read).hasValue((step + 1 + AHEAD) * BATCH);
            }
        }
    }

    /** The first picture waits for another of its batch, which a thread that reads all of it would never get to. */
    @Test
    void rowsOfABatchAreSharedAmongThreads() {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicReference<float[]> first = new AtomicReference<>();
        AtomicInteger met = new AtomicInteger();
        DataSet meeting = new WatchedData(data, (picture, batch) -> {
            first.compareAndSet(null, batch);
            if (batch == first.get() && met.getAndIncrement() < 2) {
                meet(both);
            }
        });
        try (PictureLoader loader = new PictureLoader(meeting, recipe, 0, Executors.newFixedThreadPool(2))) {
            assertThat(loader.next().x0()).isSameAs(first.get());
        }
    }

    private static void meet(CyclicBarrier both) {
        try {
            both.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException("one thread reads a batch alone", e);
        }
    }

    @Test
    void whatAStepGetsDependsOnNeitherThreadsNorTheFirstStep() {
        TrainingRecipe flipping = recipe(true);
        try (PictureLoader one = new PictureLoader(data, flipping, 0, Executors.newSingleThreadExecutor());
                PictureLoader many = new PictureLoader(data, flipping, 0, Executors.newFixedThreadPool(7));
                PictureLoader late = new PictureLoader(data, flipping, 3)) {
            for (int step = 0; step < 9; step++) {
                PictureLoader.Pictures expected = one.next();
                PictureLoader.Pictures shared = many.next();
                assertThat(shared.x0()).isEqualTo(expected.x0());
                assertThat(shared.labels()).isEqualTo(expected.labels());
                if (step >= 3) {
                    assertThat(late.next().x0()).isEqualTo(expected.x0());
                }
            }
        }
    }

    private static TrainingRecipe recipe(boolean flip) {
        TrainingRecipe tiny = TinyRun.denoiser(9);
        Schedule schedule = TinyRun.batches(tiny.schedule(), BATCH);
        return new TrainingRecipe(
                tiny.name(),
                tiny.spec(),
                tiny.network(),
                tiny.seed(),
                flip,
                schedule,
                tiny.goal(),
                tiny.snapshotEvery());
    }
}
