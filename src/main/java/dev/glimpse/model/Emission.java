package dev.glimpse.model;

/**
 * How a network is written down for training, beyond what it computes.
 *
 * @param bf16 whether pictures pass from convolution to convolution in bfloat16; weights, embeddings and what comes out
 *     stay in float32
 * @param dropout chance of an activation before a block's second convolution to be dropped by the methods
 *     {@code denoise_dropping} and {@code jump_dropping}, in [0, 1); 0 leaves these methods out
 */
public record Emission(boolean bf16, double dropout) {
    /** In float32 and without dropout. */
    public static final Emission EXACT = new Emission(false, 0);

    public Emission {
        NetworkConfig.require(dropout >= 0 && dropout < 1, "dropout", dropout, "0 or more, less than 1");
    }

    Emission withoutDropout() {
        return new Emission(bf16, 0);
    }
}
