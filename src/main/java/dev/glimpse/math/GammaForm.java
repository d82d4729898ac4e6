package dev.glimpse.math;

/**
 * The formula by which gamma-sampling chooses how far past the next knot t' it jumps, and how much noise brings it
 * back.
 *
 * <p>The official code and the CTM paper disagree. The official form is the default: whatever gamma is, jump and noise
 * together have exactly the variance of t', the last step ends at sigma_min, and no network is asked for a time that
 * its embedding has no number for.
 */
public enum GammaForm {
    /** The official code's: s = sqrt(1 - gamma^2) (t' - sigma_min) + sigma_min, noise sqrt(t'^2 - s^2). */
    OFFICIAL,
    /**
     * The CTM paper's (section on gamma-sampling), s = sqrt(1 - gamma^2) t' with noise gamma t', where no jump goes
     * below sigma_min. A jump that is held there leaves a state that is noisier than t', by O(sigma_min).
     */
    PAPER,
    /**
     * The paper's to the letter, down to time 0: its last step is a jump from the last knot to 0. Only a network that
     * takes s = 0 can walk it; one that embeds ln(s) gives no number there.
     */
    PAPER_UNCLAMPED
}
