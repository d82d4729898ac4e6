package dev.glimpse.sampling;

import dev.glimpse.math.NoiseStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a client has decided about a picture before it is made: where its trajectory begins, and what it may not change
 * on the way.
 *
 * <p>Every edit begins as noise, but for {@link Given}. The official code begins two of its edits as the clean picture,
 * which lets the truth leak into what it then seems to find out by itself.
 *
 * <p>Immutable, so any thread may use it.
 */
public sealed interface Edit {
    /** Nothing is decided: pure noise, and no constraint. */
    Edit NONE = new Nothing();

    /**
     * Fills {@code x}, [C, H, W] flattened, with the state that a trajectory begins as.
     *
     * @param t noise level of the plan's first step
     */
    void begin(float[] x, double t, long seed, int sample);

    /** Which sample's noise a trajectory gets on its way. */
    default int noiseOf(int sample) {
        return sample;
    }

    /**
     * Puts what is known into a state.
     *
     * @param level noise level of the state; 0 for a picture, which then holds exactly what is known
     * @param block whose noise is added to what is known: the same as that of the step's own noise, of a stream of its
     *     own
     */
    default void hold(float[] x, double level, long seed, int sample, int block) {}

    /**
     * A picture as one of [-1, 1] that still holds what is known, for those who cut off what lies outside; the same if
     * nothing is known that this would harm.
     *
     * @param picture which holds it; left as it is
     */
    default float[] fitted(float[] picture) {
        return picture;
    }

    /** No edit. */
    record Nothing() implements Edit {
        @Override
        public void begin(float[] x, double t, long seed, int sample) {
            NoiseStream.initial(x, (float) t, seed, sample);
        }
    }

    /**
     * A part of the picture is known: in-painting, colourisation, super-resolution.
     *
     * <p>After each jump to s the known coefficients are replaced by those of the reference plus noise of level s, as
     * the official code and others do. That is the distribution of the known part, but what is unknown is drawn from
     * what the jump before knew of it: with few steps too near to its unconditional distribution, and exactly
     * conditional only in the limit of many steps with fresh noise, gamma = 1.
     *
     * @param part which part
     * @param reference a picture that has it, [C, H, W] flattened in [-1, 1]
     */
    record Keep(KnownPart part, float[] reference) implements Edit {
        public Keep {
            reference = reference.clone();
        }

        @Override
        public void begin(float[] x, double t, long seed, int sample) {
            NoiseStream.initial(x, (float) t, seed, sample);
            hold(x, t, seed, sample, 0);
        }

        @Override
        public void hold(float[] x, double level, long seed, int sample, int block) {
            float[] noised = reference.clone();
            if (level > 0) {
                NoiseStream.addEditNoise(noised, (float) level, seed, sample, block);
            }
            part.replace(x, noised);
        }

        @Override
        public float[] fitted(float[] picture) {
            float[] fitted = picture.clone();
            part.fit(fitted, reference);
            return fitted;
        }

        @Override
        public float[] reference() {
            return reference.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Keep keep && part.equals(keep.part) && Arrays.equals(reference, keep.reference);
        }

        @Override
        public int hashCode() {
            return Objects.hash(part, Arrays.hashCode(reference));
        }
    }

    /**
     * A coarse picture is refined: the trajectory begins as the picture plus noise of the plan's first level, which
     * hides what is finer than itself (SDEdit, Meng et al. 2022).
     *
     * @param reference the coarse picture, [C, H, W] flattened in [-1, 1]
     */
    record Stroke(float[] reference) implements Edit {
        public Stroke {
            reference = reference.clone();
        }

        @Override
        public void begin(float[] x, double t, long seed, int sample) {
            NoiseStream.initial(x, (float) t, seed, sample);
            for (int i = 0; i < x.length; i++) {
                x[i] += reference[i];
            }
        }

        @Override
        public float[] reference() {
            return reference.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Stroke stroke && Arrays.equals(reference, stroke.reference);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(reference);
        }
    }

    /**
     * A trajectory begins as a state that is known already: a picture that is led back to noise, or the noise that this
     * came to.
     *
     * @param state at the time of the plan's first step, [C, H, W] flattened
     */
    record Given(float[] state) implements Edit {
        public Given {
            state = state.clone();
        }

        @Override
        public void begin(float[] x, double t, long seed, int sample) {
            System.arraycopy(state, 0, x, 0, x.length);
        }

        @Override
        public float[] state() {
            return state.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Given given && Arrays.equals(state, given.state);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(state);
        }
    }

    /**
     * The samples of a request lead from one seed's first picture to another's: sample i of n begins as the spherical
     * mean of both x_T with weight f = i / (n - 1),
     *
     * <p>(sin((1 - f) a) z + sin(f a) z') / sin(a), where a is the angle between z and z' (Song et al. 2023,
     * "Consistency models", appendix D, interpolation).
     *
     * <p>All of them get the same noise on their way, so that only their beginnings differ.
     *
     * @param otherSeed where the last sample comes from; the first comes from the request's own seed
     * @param samples n, at least 2
     */
    record Between(long otherSeed, int samples) implements Edit {
        public Between {
            if (samples < 2) {
                throw new IllegalArgumentException("samples: " + samples + " (expected: at least 2)");
            }
        }

        @Override
        public void begin(float[] x, double t, long seed, int sample) {
            float[] other = new float[x.length];
            NoiseStream.initial(x, (float) t, seed, 0);
            NoiseStream.initial(other, (float) t, otherSeed, 0);
            double f = (double) sample / (samples - 1);
            double angle = angle(x, other);
            double own = angle == 0 ? 1 : StrictMath.sin((1 - f) * angle) / StrictMath.sin(angle);
            double others = angle == 0 ? 0 : StrictMath.sin(f * angle) / StrictMath.sin(angle);
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) (own * x[i] + others * other[i]);
            }
        }

        @Override
        public int noiseOf(int sample) {
            return 0;
        }

        private static double angle(float[] a, float[] b) {
            double product = 0;
            double lengthA = 0;
            double lengthB = 0;
            for (int i = 0; i < a.length; i++) {
                product += (double) a[i] * b[i];
                lengthA += (double) a[i] * a[i];
                lengthB += (double) b[i] * b[i];
            }
            double cosine = product / Math.sqrt(lengthA * lengthB);
            return StrictMath.acos(Math.max(-1, Math.min(1, cosine)));
        }
    }
}
