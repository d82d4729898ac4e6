package dev.glimpse.math;

/*
 * A draw of training is a number of the noise stream at (seed, sample, block, index), and no two may be the same. Rows
 * of a batch are samples from 0, far fewer than 2^26; what belongs to no row takes samples beyond them.
 *
 *   stream     sample           block                index                who
 *   normals    row              2 step, 2 step + 1   element              noise of jumps and of the denoiser (Draws)
 *   normals    row; seed + 1    step                 0                    log-normal noise level (TimeDraws)
 *   normals    CRITIC_VECTORS   65536 network + k    element              vectors of spectral norms (CriticLearner)
 *   normals    WEIGHTS          k                    element              parameter k of the network (Start)
 *   normals    WEIGHTS          CRITIC_WEIGHTS       element              parameter k of the critics of a feature
 *                               + 65536 network + k                       network (CriticLearner)
 *   uniforms   row              step                 NOISE_LEVEL ..       times of a row (TimeDraws); SOLVER_STEPS of
 *                                                    JUMP_SHARE           row 0 counts for the batch
 *   uniforms   row              step                 FLIP                 mirrored or not (PictureLoader)
 *   uniforms   row              step                 SIMULATION,          starts of jumps (TimeDraws); SIMULATED_JUMPS
 *                                                    SIMULATED_JUMPS      of row 0 counts for the batch
 *   uniforms   row              step                 LEVEL_SHARE          kind of a row's noise level (TimeDraws)
 *   uniforms   row              step                 AUGMENTATION + n     what critics see (Augmentation)
 *   uniforms   row              step                 DROPOUT + n          keys of dropout (DropoutKeys)
 *   uniforms   MOVES            epoch                3 picture + 0 .. 2   moves for a classifier (AugmentedPictures)
 *   uniforms   WEIGHTS          as for normals       element              parameters (Start, CriticLearner)
 *   uniforms   PICTURE_ORDER    epoch                picture              order of an epoch (BatchOrder)
 *
 * Runs on disk go on with the same draws, so no number may change; a new one takes what is free.
 */
/** The numbers of the noise stream by which the random draws of training are told apart. */
public final class DrawNumbers {
    /** Sample of the order in which an epoch shows its pictures. */
    public static final int PICTURE_ORDER = 1 << 30;

    /** Sample of the values that parameters start with. */
    public static final int WEIGHTS = 1 << 29;

    /** Sample of the moves of a classifier's pictures. */
    public static final int MOVES = 1 << 28;

    /** Sample of the vectors that find the norms of critics' weights. */
    public static final int CRITIC_VECTORS = 1 << 26;

    /** First block of the critics' parameters, beyond those of the network that learns. */
    public static final int CRITIC_WEIGHTS = 1 << 26;

    /** Index of a row's noise level. */
    public static final int NOISE_LEVEL = 0;

    /** Index of the knot that a row's jump starts from. */
    public static final int JUMP_START = 1;

    /** Index of the knot that a row's jump ends at. */
    public static final int JUMP_END = 2;

    /** Index of a batch's number of solver steps. */
    public static final int SOLVER_STEPS = 3;

    /** Index of which share of a batch a row is in, by the knots of its jump. */
    public static final int JUMP_SHARE = 4;

    /** Index of whether a row's picture is mirrored. */
    public static final int FLIP = 5;

    /** Index of whether a row's jump starts where a sampler gets. */
    public static final int SIMULATION = 6;

    /** Index of a batch's number of jumps that lead there. */
    public static final int SIMULATED_JUMPS = 7;

    /** Index of whether a row's noise level is log-normal, where the shares leave that to chance. */
    public static final int LEVEL_SHARE = 8;

    /** First index of a row's augmentations; up to {@link #DROPOUT}. */
    public static final int AUGMENTATION = 1 << 27;

    /** First index of a row's keys of dropout. */
    public static final int DROPOUT = 1 << 28;

    private DrawNumbers() {}
}
