package dev.glimpse.training;

/** Names of what a step tells about its losses. */
public final class LossNames {
    /** Denoising score matching loss. */
    public static final String DSM = "dsm";
    /** Consistency trajectory loss. */
    public static final String CTM = "ctm";
    /** Adaptive weight of the denoising loss. */
    public static final String LAMBDA_DSM = "lambda_dsm";
    /** Generator's adversarial loss. */
    public static final String GAN = "gan";
    /** Adaptive weight of the adversarial loss. */
    public static final String LAMBDA_GAN = "lambda_gan";
    /** Critics' hinge loss. */
    public static final String CRITIC = "critic";

    private LossNames() {}
}
