package dev.glimpse.model;

/** The types in which a model directory may store its weights. */
public enum Precision {
    F32(ElementType.F32),
    F16(ElementType.F16),
    BF16(ElementType.BF16);

    private final ElementType type;

    Precision(ElementType type) {
        this.type = type;
    }

    ElementType type() {
        return type;
    }

    /** The largest value that is still finite when stored, having been rounded to the nearest. */
    float largest() {
        // Just below the middle between the type's largest value and the power of two above it.
        return switch (this) {
            case F32 -> Float.MAX_VALUE;
            case F16 -> Math.nextDown(0x1.FFEp15f);
            case BF16 -> Math.nextDown(0x1.FFp127f);
        };
    }
}
