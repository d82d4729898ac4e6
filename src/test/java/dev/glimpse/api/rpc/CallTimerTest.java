package dev.glimpse.api.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallTimerTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final CallTimer timer = new CallTimer(vertx, nanos::get, () -> {});

    @AfterEach
    void close() throws Exception {
        timer.cancel();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "20S, , 0, 20000000000",
        "20S, , 500000000, 19500000000",
        "20S, 3, 500000000, 2500000000",
        "20S, , 20000000000, 1",
        "20S, , 99000000000, 1"
    })
    void whatIsLeftBecomesLessAndNeverNothing(String header, Long mostSeconds, long spentNanos, long leftNanos) {
        timer.start(header, Optional.ofNullable(mostSeconds).map(Duration::ofSeconds));
        nanos.addAndGet(spentNanos);

        assertThat(timer.timeLeft()).contains(Duration.ofNanos(leftNanos));
    }

    @Test
    void nothingIsLeftOfATimeThatNobodySaid() {
        timer.start(null, Optional.of(Duration.ofSeconds(3)));

        assertThat(timer.timeLeft()).isEmpty();
    }
}
