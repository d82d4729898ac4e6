package dev.glimpse.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SloTest {
    private static final long MILLI = 1_000_000;

    /** The load test is held to the same answers. */
    @ParameterizedTest
    @CsvFileSource(files = "loadtest/src/test/resources/good-answers.csv", numLinesToSkip = 1)
    void goodIsWhatIsGoodInTheLoadTest(Preview preview, int steps, long firstMillis, long lastMillis, boolean good) {
        boolean met = new Slo.Relative(3, 10 * MILLI)
                .met(Arrival.plain(0, steps, preview), firstMillis * MILLI, lastMillis * MILLI);
        assertThat(met).isEqualTo(good);
    }
}
