package dev.glimpse.evaluation;

/** The values by which a feature network wants its pixels. */
public enum PixelRange {
    /** 0..255, as bytes where the network takes them. */
    U8,
    /** [0, 1]. */
    UNIT,
    /** [-1, 1]. */
    SIGNED;

    float of(byte pixel) {
        int value = pixel & 0xFF;
        return switch (this) {
            case U8 -> value;
            case UNIT -> value / 255f;
            case SIGNED -> value / 127.5f - 1;
        };
    }
}
