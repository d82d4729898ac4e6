package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InferCallTest {
    /** As a call says in milliseconds, a parameter in microseconds, and the core is told. */
    @ParameterizedTest
    @CsvSource({
        "1000, 1500000, 1000",
        "1500, 1000000, 1000",
        "1000, 1000000, 1000",
        "1000, 0, 1000",
        "1000, , 1000",
        ", 1500000, 1500",
        ", 500, 1",
        ", 0, ",
        ", , "
    })
    void theShorterOfBothTimesIsWaitedAndAtLeastAMillisecond(Long call, Long parameter, Long millis) {
        Map<String, Object> parameters = parameter == null ? Map.of() : Map.of("timeout", parameter);
        InferCall infer = new InferCall("shapes", "", "", parameters, List.of(), List.of());

        assertThat(infer.request(false, Optional.ofNullable(call).map(Duration::ofMillis))
                        .timeout())
                .isEqualTo(Optional.ofNullable(millis).map(Duration::ofMillis));
    }

    @Test
    void aTimeMayBeWrittenAsSomeWritersOfJsonDo() {
        InferCall infer = new InferCall("shapes", "", "", Map.of("timeout", 1.5e6), List.of(), List.of());

        assertThat(infer.request(false, Optional.empty()).timeout()).contains(Duration.ofMillis(1500));
    }
}
