package dev.glimpse.api.rpc;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The time that a call has, by what its client waits and by what the server allows. */
final class CallTimer {
    /** More than none, which no request may have: that the time is over is told by the call's end alone. */
    private static final Duration LEAST = Duration.ofNanos(1);

    private final Vertx vertx;
    private final LongSupplier nanoTime;
    private final Runnable expire;
    private Optional<Duration> timeout = Optional.empty();
    private long begun;
    private @Nullable Long timer;

    /**
     * @param nanoTime tells the time, from any moment on
     * @param expire called at most once, when the time is over
     */
    CallTimer(Vertx vertx, LongSupplier nanoTime, Runnable expire) {
        this.vertx = vertx;
        this.nanoTime = nanoTime;
        this.expire = expire;
    }

    /**
     * Begins to count.
     *
     * @param header what the client says; null: nothing
     * @param most what the server allows; absent for any time
     * @throws IllegalArgumentException if the header is not of its form
     */
    void start(@Nullable String header, Optional<Duration> most) {
        begun = nanoTime.getAsLong();
        Optional<Duration> said = GrpcTimeout.read(header);
        timeout = said.map(
                wait -> most.filter(allowed -> allowed.compareTo(wait) < 0).orElse(wait));
        Stream.concat(timeout.stream(), most.stream())
                .min(Comparator.naturalOrder())
                .ifPresent(this::expireAfter);
    }

    private void expireAfter(Duration duration) {
        if (duration.isZero()) {
            expire.run();
        } else {
            timer = vertx.setTimer(Math.max(1, duration.toMillis()), id -> expire.run());
        }
    }

    /** How long the client waits, as it said but no longer than the server allows; absent if it did not say. */
    Optional<Duration> timeout() {
        return timeout;
    }

    /** What is left of that time, more than 0; absent if the client did not say. */
    Optional<Duration> timeLeft() {
        Duration spent = Duration.ofNanos(nanoTime.getAsLong() - begun);
        return timeout.map(wait -> wait.minus(spent)).map(left -> left.compareTo(LEAST) < 0 ? LEAST : left);
    }

    void cancel() {
        if (timer != null) {
            vertx.cancelTimer(timer);
        }
    }
}
