package dev.glimpse.training;

import ai.djl.ndarray.NDArray;

/** The walk from t to u along the probability flow ODE dx/dt = (x - D(x, t)) / t, without gradients. */
final class TeacherSolver {
    private final TrainingOps ops;
    private final Goal.Solver solver;
    private final double[] grid;

    TeacherSolver(TrainingOps ops, Goal.Solver solver, double[] grid) {
        this.ops = ops;
        this.solver = solver;
        this.grid = grid;
    }

    /**
     * x_u from x_t, u = t + h knots.
     *
     * @param guide the teacher for Heun steps, the moving average otherwise
     */
    NDArray solve(Rows rows, NDArray x, int[] t, int h, WeightedNetwork guide) {
        return switch (solver) {
            case HEUN -> heun(rows, x, t, h, guide);
            case SELF_DIRECT -> guide.jump(rows, x, times(rows, t, 0), times(rows, t, h), false);
            case SELF_ITERATIVE -> jumps(rows, x, t, h, guide);
        };
    }

    /** EDM paper, algorithm 1: x + (u - t) (d + d') / 2, where d' is the slope at the Euler step's end. */
    private NDArray heun(Rows rows, NDArray start, int[] knots, int h, WeightedNetwork teacher) {
        NDArray x = start;
        for (int k = 0; k < h; k++) {
            NDArray t = times(rows, knots, k);
            NDArray u = times(rows, knots, k + 1);
            NDArray d = teacher.denoise(rows, x, t, false);
            NDArray x2 = ops.call(rows.manager(), "euler", x, d, t, u);
            NDArray d2 = teacher.denoise(rows, x2, u, false);
            x = ops.call(rows.manager(), "heun", x, d, t, x2, d2, u);
        }
        return x;
    }

    private NDArray jumps(Rows rows, NDArray start, int[] knots, int h, WeightedNetwork average) {
        NDArray x = start;
        for (int k = 0; k < h; k++) {
            x = average.jump(rows, x, times(rows, knots, k), times(rows, knots, k + 1), false);
        }
        return x;
    }

    /** The times of knots, {@code offset} knots further on. */
    NDArray times(Rows rows, int[] knots, int offset) {
        return rows.vector(values(knots, offset));
    }

    float[] values(int[] knots, int offset) {
        float[] values = new float[knots.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) grid[knots[i] + offset];
        }
        return values;
    }
}
