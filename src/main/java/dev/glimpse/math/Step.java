package dev.glimpse.math;

/**
 * One network evaluation of a trajectory, and what becomes of it.
 *
 * @param kind what the evaluation is for
 * @param t noise level of the state before
 * @param from noise level that the ODE is followed from: {@code t}, or with churn a higher one that fresh noise lifts
 *     the state to first; of a {@link Kind#CORRECTION}, the level that the Euler step before it started from
 * @param s noise level that the ODE is followed to; above {@code from} where a picture is led back to noise, which a
 *     jump does not do
 * @param nextT noise level of the state after; {@code s}, or after a {@link Kind#JUMP} a higher one that fresh noise
 *     lifts it back to
 * @param noiseStd standard deviation of the fresh noise: that after a jump, or the churn before an Euler step; 0 when
 *     none is added
 */
public record Step(Kind kind, double t, double from, double s, double nextT, double noiseStd) {

    /** What an evaluation is for. */
    public enum Kind {
        /** A jump G(x, t, s), then noise. */
        JUMP,
        /** Noise, then an Euler step with the denoiser g(x, t, t), which a correction may follow. */
        EULER,
        /** The second evaluation of a Heun step, which makes good the Euler step before it. */
        CORRECTION
    }

    public Step {
        boolean valid = t > 0
                && s >= 0
                && s <= Double.MAX_VALUE
                && noiseStd >= 0
                && from > 0
                && from <= Double.MAX_VALUE
                && switch (kind) {
                    case JUMP -> s <= t && from == t && nextT >= s;
                    case EULER -> nextT == s && (s < from ? from >= t : s > from && from == t && noiseStd == 0);
                    case CORRECTION -> from != t && s == t && nextT == t && noiseStd == 0;
                };
        if (!valid) {
            throw new IllegalArgumentException("step: " + kind + " " + t + ", " + from + " -> " + s + ", " + nextT
                    + ", noise " + noiseStd + " (expected: times and noise that such a step can have)");
        }
    }

    /** A jump from t to s, and the noise that lifts it to {@code nextT}. */
    public Step(double t, double s, double nextT, double noiseStd) {
        this(Kind.JUMP, t, t, s, nextT, noiseStd);
    }

    /**
     * The s that the network is asked for: where a jump lands, and the state's own time for a denoiser. The official
     * code's solvers other than Heun's ask for s = 1 at every time by accident, so they are not followed here.
     */
    public double target() {
        return kind == Kind.JUMP ? s : level();
    }

    /** Whether it leads from a picture towards noise. */
    public boolean rises() {
        return kind == Kind.CORRECTION ? from < t : s > from;
    }

    /** Noise level of the state that the network sees. */
    public double level() {
        return kind == Kind.EULER ? from : t;
    }
}
