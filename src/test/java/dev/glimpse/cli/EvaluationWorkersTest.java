package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ComputeDevice;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class EvaluationWorkersTest {
    private static final PictureShape SHAPE = new PictureShape(1, 28, 28);

    /** As memory that is too little, of which the command line tells what to do. */
    @Test
    void errorOfAWorkerIsToldAsItIs() throws InterruptedException {
        AtomicReference<Thread> thread = new AtomicReference<>();
        OutOfMemoryError error = new OutOfMemoryError("no room");

        assertThatThrownBy(() -> new EvaluationWorkers(
                        number -> {
                            thread.set(Thread.currentThread());
                            throw error;
                        },
                        1))
                .isSameAs(error);
        thread.get().join(TimeUnit.SECONDS.toMillis(30));
        assertThat(thread.get().isAlive()).isFalse();
    }

    @Test
    void errorOfABlockIsToldAsItIs() {
        OutOfMemoryError error = new OutOfMemoryError("no room");

        try (EvaluationWorkers workers = workers(1)) {
            assertThatThrownBy(() -> workers.run(
                            0,
                            2,
                            (worker, block) -> {
                                throw error;
                            },
                            block -> {}))
                    .isSameAs(error);
        }
    }

    @Test
    void blocksThatNobodyWouldSeeAreNotBegun() {
        Set<Integer> begun = ConcurrentHashMap.newKeySet();

        assertThatThrownBy(() -> {
                    try (EvaluationWorkers workers = workers(2)) {
                        workers.run(
                                0,
                                8,
                                (worker, block) -> {
                                    begun.add(block);
                                    if (block == 1) {
                                        awaitStop(workers);
                                    }
                                    return block;
                                },
                                block -> {
                                    throw new IllegalStateException("a full disk");
                                });
                    }
                })
                .hasMessage("a full disk");
        assertThat(begun).contains(0).as("behind block 1, on the same thread").doesNotContain(3);
    }

    private static void awaitStop(EvaluationWorkers workers) {
        long begin = System.nanoTime();
        while (!workers.isStopped() && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(5)) {
            Thread.onSpinWait();
        }
    }

    private static EvaluationWorkers workers(int count) {
        return new EvaluationWorkers(
                number -> EvaluationWorker.of(FeatureSource.builtIn(), SHAPE, ComputeDevice.cpu()), count);
    }
}
