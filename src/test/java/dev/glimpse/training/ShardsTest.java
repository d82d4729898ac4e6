package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest {
    /** The others still use what is closed once the failure is told. */
    @Test
    void failureIsToldOnceAllHaveEnded() {
        AtomicBoolean ended = new AtomicBoolean();
        Future<String> other = new CompletableFuture<>() {
            @Override
            public String get() {
                ended.set(true);
                return "done";
            }
        };
        assertThatThrownBy(() ->
                        Shards.finish(List.of(CompletableFuture.failedFuture(new OutOfMemoryError("device 0")), other)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a shard failed: device 0")
                .hasCauseInstanceOf(OutOfMemoryError.class);
        assertThat(ended).isTrue();
    }

    /** On a GPU that no machine has, nothing can be computed. */
    @Test
    void eachShardComputesOnItsDevice(@TempDir Path directory) {
        assertThatCode(() -> train(1, directory.resolve("one"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> train(2, directory.resolve("two"))).satisfies(failure -> {
            assertThat(failure).hasMessageStartingWith("a shard failed: ");
            assertThat(failure.getCause().getStackTrace())
                    .as("the way of the tensors there")
                    .anyMatch(frame -> frame.getClassName().equals(Replica.class.getName()));
        });
    }

    private static void train(int shards, Path directory) throws IOException {
        Placement placement = new Placement(shards, List.of(Device.cpu(), Device.gpu(99)));
        TrainingInputs inputs = TrainingInputs.of(TinyRun.data());
        try (Trainer trainer = new Trainer(TinyRun.denoiser(1), inputs, placement, directory)) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics s) {}

                @Override
                public void snapshot(int step, Map<String, float[]> average) {}
            });
        }
    }

    @Test
    void secondFailureIsKeptBesideTheFirst() {
        IllegalArgumentException wrong = new IllegalArgumentException("features: none");
        List<Future<String>> pending = List.of(
                CompletableFuture.failedFuture(wrong), CompletableFuture.failedFuture(new IllegalStateException("b")));
        assertThatThrownBy(() -> Shards.finish(pending)).isSameAs(wrong);
        assertThat(wrong.getSuppressed())
                .singleElement()
                .satisfies(other -> assertThat(other).hasMessage("a shard failed: b"));
    }
}
