package dev.glimpse.evaluation;

/** How wide the cell of an 8-bit value is taken to be on the model's scale [-1, 1]. */
public enum CellSize {
    /** 1 / 127.5, since x = u / 127.5 - 1: adds log2(127.5) = 6.994 bits per dimension. The default. */
    EXACT,
    /** 2 / 256, as in the official code: adds 7 bits per dimension. */
    OFFICIAL;

    /** Bits a dimension by which the bits of a picture exceed those of a density: -log2 of the cell's width. */
    double bits() {
        return this == EXACT ? Math.log(127.5) / Math.log(2) : 7;
    }
}
