package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ClassNamesTest {
    private static final List<String> NAMES = List.of("1", "bag", "Bag", "0");

    @Test
    void nameComesBeforeAnIndex() {
        assertThat(ClassNames.index(NAMES, "0")).isEqualTo(3);
        assertThat(ClassNames.index(NAMES, "1")).isZero();
        assertThat(ClassNames.index(NAMES, "2")).isEqualTo(2);
    }

    @Test
    void exactNameComesBeforeOneInAnotherCase() {
        assertThat(ClassNames.index(NAMES, "Bag")).isEqualTo(2);
        assertThat(ClassNames.index(NAMES, "BAG")).isEqualTo(1);
    }

    @Test
    void accentMayBeALetterOfItsOwn() {
        String composed = "\u00c4pfel";
        String apart = "A\u0308pfel";
        for (String name : List.of(composed, apart)) {
            assertThat(ClassNames.index(List.of("bag", name), composed)).isEqualTo(1);
            assertThat(ClassNames.index(List.of("bag", name), apart.toUpperCase(Locale.ROOT)))
                    .isEqualTo(1);
        }
    }

    @Test
    void whatIsNoClassIsRefusedWithTheOnesThereAre() {
        assertThatThrownBy(() -> ClassNames.index(NAMES, "4"))
                .hasMessage("--label: 4 (expected: 0..3 or one of 1, bag, Bag, 0)");
        assertThatThrownBy(() -> ClassNames.index(List.of(), "0"))
                .hasMessage("--label: 0 (expected: no --label, as this model has no classes)");
    }
}
