package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

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
