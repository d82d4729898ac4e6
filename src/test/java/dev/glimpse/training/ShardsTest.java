package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import dev.glimpse.testing.NoRoom;
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

    @Test
    void stepThatADeviceHasNoRoomForIsToldAsItsMicrobatch() {
        assertThat(Shards.inStep(NoRoom.onAGpu(), 4096, 4096))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("microbatch: 4096 (expected: fewer than 4096; the device has no room for a step: "
                        + NoRoom.GPU_LINE + ")");
        assertThat(Shards.inStep(NoRoom.onTheCpu(), 4096, 64))
                .hasMessageStartingWith(
                        "microbatch: 4096 (expected: fewer than 64; the device has no room for a step: ")
                .hasMessageEndingWith(NoRoom.CPU_LINE + ")");
        assertThat(Shards.inStep(NoRoom.onAGpu(), 64, 65))
                .as("groups of 33 and 32, as with 63")
                .hasMessageStartingWith("microbatch: 64 (expected: fewer than 33; ");
        assertThat(Shards.inStep(NoRoom.onAGpu(), 1, 64))
                .hasMessageStartingWith("microbatch: 1 (expected: a device with more memory; ");
    }

    @Test
    void otherFailuresOfAStepAreToldWithoutATraceback() {
        EngineException failure = new EngineException("The following operation failed in the TorchScript interpreter.\n"
                + "Traceback of TorchScript (most recent call last):\n  somewhere\nRuntimeError: shapes do not fit\n");

        assertThat(Shards.inStep(failure, 8, 8)).isSameAs(failure);
        assertThatThrownBy(() -> Shards.finish(List.of(CompletableFuture.failedFuture(failure))))
                .hasMessage("a shard failed: shapes do not fit");
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
