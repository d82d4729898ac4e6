package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShardsTest {
    /** The others still use what is closed once the failure is told. */
    @Test
    void failureIsToldOnceAllHaveEnded() throws Exception {
        CompletableFuture<String> slow = new CompletableFuture<>();
        List<Future<String>> pending =
                List.of(CompletableFuture.failedFuture(new OutOfMemoryError("on device 0")), slow);
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try {
            Future<?> waiting = thread.submit(() -> Shards.finish(pending));
            assertThat(waiting).isNotDone();
            slow.complete("done");
            assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(OutOfMemoryError.class)
                    .cause()
                    .hasMessage("a shard failed: on device 0");
        } finally {
            thread.shutdownNow();
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
