package dev.glimpse.generation;

/** How the likelihood of a picture is computed. */
public sealed interface ScoringMethod {
    /** Derivatives that each evaluation takes. */
    int probes();

    /**
     * The change of variables along the probability flow ODE, solved by Dormand and Prince's method with step control.
     *
     * @param tolerance of the solver, absolute and relative, 1e-7..1: below, it asks for more than float32 can give
     * @param probes vectors that estimate the divergence, at least 1
     */
    record Ode(double tolerance, int probes) implements ScoringMethod {
        /** The official code's. */
        public static final double DEFAULT_TOLERANCE = 1e-3;

        private static final double SMALLEST = 1e-7;

        public Ode {
            if (!(tolerance >= SMALLEST && tolerance <= 1)) {
                throw new InvalidFieldException("ode.tolerance", tolerance, SMALLEST + "..1");
            }
            if (probes < 1) {
                throw new InvalidFieldException("ode.probes", probes, "at least 1");
            }
        }
    }

    /**
     * The evidence lower bound, an upper bound of the bits, at random times.
     *
     * @param passes evaluations of each picture, 1..{@value #MAX_PASSES}
     */
    record Bound(int passes) implements ScoringMethod {
        /** The official code's. */
        public static final int DEFAULT_PASSES = 10;

        /** More would hardly make the estimate better. */
        public static final int MAX_PASSES = 1000;

        public Bound {
            if (passes < 1 || passes > MAX_PASSES) {
                throw new InvalidFieldException("bound.passes", passes, "1.." + MAX_PASSES);
            }
        }

        @Override
        public int probes() {
            return 1;
        }
    }

    /** Network evaluations that one evaluation of one picture counts as: itself, and a walk back for each probe. */
    default int nfe() {
        return 1 + probes();
    }
}
