package dev.glimpse.math;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The known answers are those that Random123, the authors' own library, publishes for philox4x32 with 10 rounds. */
class PhiloxTest {
    @Test
    void zeroCounterUnderZeroKeyGivesThePublishedWords() {
        assertThat(block(0, 0, 0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
    }

    @Test
    void allOnesGiveThePublishedWords() {
        assertThat(block(-1, -1, -1, -1, -1)).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
    }

    @Test
    void digitsOfPiGiveThePublishedWords() {
        assertThat(block(0x299f31d0_a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    @Test
    void everyKeyAndCounterWordChangesTheOutput() {
        int[] words = block(0, 0, 0, 0, 0);
        assertThat(block(1, 0, 0, 0, 0)).isNotEqualTo(words);
        assertThat(block(1L << 32, 0, 0, 0, 0)).isNotEqualTo(words);
        assertThat(block(0, 1, 0, 0, 0)).isNotEqualTo(words);
        assertThat(block(0, 0, 1, 0, 0)).isNotEqualTo(words);
        assertThat(block(0, 0, 0, 1, 0)).isNotEqualTo(words);
        assertThat(block(0, 0, 0, 0, 1)).isNotEqualTo(words);
    }

    private static int[] block(long key, int c0, int c1, int c2, int c3) {
        int[] words = new int[4];
        new Philox(key).block(c0, c1, c2, c3, words);
        return words;
    }
}
