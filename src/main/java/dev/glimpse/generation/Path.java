package dev.glimpse.generation;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Step;
import dev.glimpse.math.StepPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole way of one trajectory: every step with the noise it meets, from the first to the picture. Two trajectories
 * with the same way of the same model have the same bytes, wherever and however often they are computed.
 *
 * @param sample index of the trajectory's noise in its seed's stream
 * @param label class index, or {@link dev.glimpse.model.JumpBatch#NO_LABEL}
 * @param legs at least one
 */
record Path(int sample, int label, List<Leg> legs) {
    Path {
        legs = List.copyOf(legs);
    }

    /**
     * One step of the way.
     *
     * @param step the jump and the noise after it
     * @param seed key of the noise after the jump, and of x_T on the first leg
     * @param raise standard deviation of noise added before the jump, to begin at a higher time than the leg before
     *     ended; 0 for none
     */
    record Leg(Step step, long seed, double raise) {}

    /** The way of a plan under one seed. */
    static Path of(StepPlan plan, long seed, int sample, int label) {
        return new Path(sample, label, legs(plan, seed, 0));
    }

    /**
     * The first {@code fromStep} legs of this way and then another plan.
     *
     * @param fromStep in 0..{@link #length}
     * @param plan begins at the time where those legs end, or at a later one, which noise makes up for
     * @param branch 0 goes on with the noise of this way; every other number has noise of its own
     * @param given whether the way begins with a state that is there already, and not with noise of the time it begins
     *     at
     */
    Path refined(int fromStep, StepPlan plan, int branch, boolean given) {
        long parent = legs.get(Math.min(fromStep, length() - 1)).seed();
        long seed = branch == 0 ? parent : NoiseStream.branch(parent, sample, fromStep, branch);
        double raise = fromStep == 0 && !given
                ? 0
                : raise(fromStep, plan.steps().get(0).t());
        List<Leg> refined = new ArrayList<>(legs.subList(0, fromStep));
        refined.addAll(legs(plan, seed, raise));
        return new Path(sample, label, refined);
    }

    /** Standard deviation of what lifts the state that is there after so many steps to a time. */
    private double raise(int fromStep, double time) {
        double reached = timeAfter(fromStep);
        double further = Math.sqrt((time - reached) * (time + reached));
        // What was given lies where it did: the first leg's own raise leaves with that leg, and is made up for at once.
        return fromStep == 0 ? StrictMath.hypot(further, legs.get(0).raise()) : further;
    }

    /** The same way up to leg {@code index}, which goes straight to the picture. */
    Path shortened(int index, double sigmaMin) {
        Leg leg = legs.get(index);
        List<Leg> shortened = new ArrayList<>(legs.subList(0, index));
        shortened.add(new Leg(new Step(leg.step().t(), sigmaMin, sigmaMin, 0), leg.seed(), leg.raise()));
        return new Path(sample, label, shortened);
    }

    /** Noise level of the state after that many steps; sigma_max before the first. */
    double timeAfter(int steps) {
        return steps == 0 ? step(0).t() : step(steps - 1).nextT();
    }

    int length() {
        return legs.size();
    }

    Step step(int index) {
        return legs.get(index).step();
    }

    private static List<Leg> legs(StepPlan plan, long seed, double raise) {
        List<Leg> legs = new ArrayList<>();
        for (Step step : plan.steps()) {
            legs.add(new Leg(step, seed, legs.isEmpty() ? raise : 0));
        }
        return legs;
    }
}
