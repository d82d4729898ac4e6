package dev.glimpse.api.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTimeoutTest {
    @ParameterizedTest
    @CsvSource({"2H, PT2H", "3M, PT3M", "4S, PT4S", "5m, PT0.005S", "6u, PT0.000006S", "7n, PT0.000000007S"})
    void everyUnitOfTheProtocolIsRead(String header, Duration expected) {
        assertThat(GrpcTimeout.read(header)).contains(expected);
    }

    @Test
    void theLargestTimeoutOfTheProtocolIsRead() {
        assertThat(GrpcTimeout.read("99999999H")).contains(Duration.ofHours(99_999_999));
    }

    @Test
    void noHeaderIsNoTimeout() {
        assertThat(GrpcTimeout.read(null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "S", "1s", "-1S", "123456789S", "1.5S"})
    void whatIsNoTimeoutIsRefused(String header) {
        assertThatThrownBy(() -> GrpcTimeout.read(header))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("grpc-timeout: " + header + " (expected: ");
    }
}
