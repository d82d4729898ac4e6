package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SloTest {
    private static final long MILLI = 1_000_000;

    /** A simulation is held to the same answers. */
    @ParameterizedTest
    @CsvFileSource(resources = "/good-answers.csv", numLinesToSkip = 1)
    void goodIsWhatIsGoodInASimulation(Preview preview, int steps, long firstMillis, long lastMillis, boolean good) {
        Answer answer = new Answer(
                Arrival.plain(0, steps, preview),
                Answer.End.FINISHED,
                "",
                new Answer.Times(0, OptionalLong.of(0), OptionalLong.of(firstMillis * MILLI), lastMillis * MILLI),
                steps,
                0,
                false,
                false,
                List.of());
        assertThat(new Slo(3, Map.of(1, 10 * MILLI)).met(answer)).isEqualTo(good);
    }
}
