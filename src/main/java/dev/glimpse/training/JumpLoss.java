package dev.glimpse.training;

import ai.djl.ndarray.NDArray;
import java.util.Objects;

/**
 * The two ends that the jump loss compares, both at sigma_min (CTM paper, soft consistency loss): the student's jump
 * from t to s, and its jump from u to s after the teacher walked from t to u; the moving average carries both to
 * sigma_min.
 *
 * <p>The paper freezes the weights of everything on the teacher's side; the official code, and this one, jump from u
 * with the weights being trained and only carry on with the average. Gradients pass through the average's jump into the
 * student's.
 */
final class JumpLoss {
    private final TrainingOps ops;
    private final TeacherSolver solver;
    private final boolean clip;
    private final double sigmaMin;

    JumpLoss(TrainingOps ops, Goal.Jumps goal, double[] grid, double sigmaMin) {
        this.ops = ops;
        this.clip = goal.clip();
        this.solver = new TeacherSolver(ops, goal.solver(), grid);
        this.sigmaMin = sigmaMin;
    }

    /**
     * The networks of a step.
     *
     * @param student whose weights are trained
     * @param target its moving average
     * @param guide what walks from t to u: the teacher, or the moving average
     */
    record Players(WeightedNetwork student, WeightedNetwork target, WeightedNetwork guide) {}

    /**
     * Where the student ends: G(G(x_t, t, s), s, sigma_min), [B, C, H, W], clipped to [-1, 1] if the recipe says so.
     */
    NDArray estimate(Rows rows, NDArray x, Players players, boolean graph) {
        Draw.Jumps draw = jumps(rows);
        NDArray t = solver.times(rows, draw.t(), 0);
        NDArray s = solver.times(rows, draw.s(), 0);
        NDArray jumped = players.student().jump(rows, x, t, s, graph);
        return end(rows, players.target().jump(rows, jumped, s, rows.vector(sigmaMin), graph));
    }

    /** Where the teacher's path ends: G(G(x_u, u, s), s, sigma_min), [B, C, H, W], clipped alike, outside any graph. */
    NDArray expected(Rows rows, NDArray x, Players players) {
        Draw.Jumps draw = jumps(rows);
        NDArray walked = walk(rows, x, players.guide());
        NDArray u = solver.times(rows, draw.t(), draw.h());
        NDArray s = solver.times(rows, draw.s(), 0);
        NDArray jumped = players.student().jump(rows, walked, u, s, false);
        return end(rows, players.target().jump(rows, jumped, s, rows.vector(sigmaMin), false));
    }

    private NDArray end(Rows rows, NDArray x) {
        return clip ? ops.call(rows.manager(), "clip", x) : x;
    }

    /** x_u. */
    NDArray walk(Rows rows, NDArray x, WeightedNetwork guide) {
        Draw.Jumps draw = jumps(rows);
        return solver.solve(rows, x, draw.t(), draw.h(), guide);
    }

    /**
     * x_t, [B, C, H, W], outside any graph.
     *
     * @param sampler what leads there where that is simulated: the moving average without dropout
     */
    NDArray start(Rows rows, WeightedNetwork sampler) {
        Draw.Jumps draw = jumps(rows);
        int[][] path = draw.path();
        NDArray x = rows.noisy(solver.values(path[0], 0), draw.noise());
        // A jump to where it starts changes nothing, so that the rows need not be told apart.
        for (int k = 1; k < path.length; k++) {
            x = sampler.jump(rows, x, solver.times(rows, path[k - 1], 0), solver.times(rows, path[k], 0), false);
        }
        return x;
    }

    private static Draw.Jumps jumps(Rows rows) {
        return Objects.requireNonNull(rows.draw().jumps(), "draws of a recipe that learns jumps");
    }
}
