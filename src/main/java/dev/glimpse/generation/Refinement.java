package dev.glimpse.generation;

import dev.glimpse.model.ModelSpec;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Another way for a trajectory to go on from one of its states.
 *
 * @param sample which picture of the request that is refined
 * @param fromStep the state to begin with: after that many steps, 0 for the noise x_T
 * @param time noise level to begin at, no lower than the state's own; noise makes up the difference. Absent: the
 *     state's own
 * @param branches trajectories that begin there; branch 0 goes on with the noise of the one that is refined, each other
 *     one has its own. At least 1
 * @param plan how each branch walks from there; knots of its own begin there and end at sigma_min
 */
public record Refinement(int sample, int fromStep, OptionalDouble time, int branches, PlanRequest plan) {

    public Refinement {
        if (sample < 0) {
            throw new InvalidFieldException("sample", sample, "at least 0");
        }
        if (fromStep < 0) {
            throw new InvalidFieldException("from_step", fromStep, "at least 0");
        }
        if (time.isPresent() && !(time.getAsDouble() > 0 && Double.isFinite(time.getAsDouble()))) {
            throw new InvalidFieldException("time", time.getAsDouble(), "more than 0");
        }
        if (branches < 1) {
            throw new InvalidFieldException("branches", branches, "at least 1");
        }
    }

    /** The same of a request with an edit, whose wishes for the walk hold where the client has none. */
    Refinement within(Optional<EditRequest> edit, ModelSpec model) {
        PlanRequest walk = edit.map(wanted -> wanted.plan(plan, model)).orElse(plan);
        return new Refinement(sample, fromStep, time, branches, walk);
    }
}
