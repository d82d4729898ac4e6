package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More levels than an int has bits, by which a shift takes as few as it has of them. */
class NetworkSizesTest {
    private static List<Integer> ones(int levels) {
        return Collections.nCopies(levels, 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 32, 33, 34, 38})
    void moreLevelsThanAPictureCanBeHalvedForAreRefused(int levels) {
        String message = "(expected: as many levels as 32 can be halved)";
        assertThatThrownBy(() -> new SongUNetConfig(32, 3, 1, 0, 16, ones(levels), 1, List.of()))
                .hasMessageContaining(message);
        assertThatThrownBy(() -> new AdmUNetConfig(32, 3, 0, 32, ones(levels), 1, List.of(), 32, true))
                .hasMessageContaining(message);
        assertThatThrownBy(() -> new ClassifierConfig(3, 32, 32, 10, ones(levels)))
                .hasMessageContaining("(expected: as many scales as 32 x 32 can be halved)");
    }
}
