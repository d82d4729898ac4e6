package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GenerationLimitsTest {
    private final GenerationLimits limits = new GenerationLimits(1, 1, 1, Duration.ofSeconds(60));

    @Test
    void requestLivesAsLongAsItAsksFor() {
        assertThat(limits.granted(Optional.of(Duration.ofSeconds(59)))).isEqualTo(Duration.ofSeconds(59));
    }

    @Test
    void requestLivesNoLongerThanTheServerLetsIt() {
        assertThat(limits.granted(Optional.of(Duration.ofSeconds(61)))).isEqualTo(Duration.ofSeconds(60));
        assertThat(limits.granted(Optional.empty())).isEqualTo(Duration.ofSeconds(60));
    }
}
