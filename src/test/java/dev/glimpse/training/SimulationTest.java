package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.Upload;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Jumps that start where samplers get. */
class SimulationTest {
    private static final double SHARE = 0.3;
    private static final int MOST_JUMPS = 3;

    private final Goal.Jumps goal =
            TinyRun.simulating(TinyRun.jumps(Goal.Solver.SELF_DIRECT), new Goal.Simulation(SHARE, MOST_JUMPS));
    private final TrainingRecipe recipe = TinyRun.recipe(TinyRun.schedule(1, 8, Schedule.OptimiserKind.RADAM), goal);

    @Test
    void shareOfTheRowsComesToItsStartFromTheFirstKnotInAsManyJumpsAsTheBatch() {
        int steps = 4000;
        int[] batches = new int[MOST_JUMPS + 1];
        int rows = 0;
        int simulated = 0;
        Draws draws = new Draws(recipe, TinyRun.SIZE * TinyRun.SIZE);
        PictureLoader.Pictures pictures =
                new PictureLoader.Pictures(new float[8 * TinyRun.SIZE * TinyRun.SIZE], new int[8]);
        for (int step = 0; step < steps; step++) {
            Draw.Jumps draw = draws.rows(step, pictures, 0, 8).jumps();
            int jumps = draw.path().length - 1;
            batches[jumps]++;
            for (int row = 0; row < 8; row++) {
                int t = draw.t()[row];
                if (t > 0) {
                    rows++;
                    simulated += draw.path()[0][row] == 0 ? 1 : 0;
                }
                for (int k = 0; k <= jumps; k++) {
                    int expected = draw.path()[0][row] == 0 ? t * k / jumps : t;
                    assertThat(draw.path()[k][row]).isEqualTo(expected);
                }
            }
        }
        assertThat((double) simulated / rows).isCloseTo(SHARE, within(6 * Math.sqrt(SHARE * (1 - SHARE) / rows)));
        double each = (double) steps / MOST_JUMPS;
        for (int jumps = 1; jumps <= MOST_JUMPS; jumps++) {
            assertThat((double) batches[jumps]).isCloseTo(each, within(6 * Math.sqrt(each)));
        }
    }

    @Test
    void simulatedRowStartsWhereTheAverageLeadsAndTheOthersAtTheirPicturesWithNoise() {
        int[][] path = {{0, 5}, {2, 5}, {4, 5}};
        try (EmittedNetwork network =
                        EmittedNetwork.load(recipe.network(), recipe.spec().sigmaData(), Device.cpu());
                TrainingOps ops = new TrainingOps(Device.cpu());
                NDManager manager = network.manager().newSubManager();
                WeightedNetwork sampler = new WeightedNetwork(network, network.upload(weights()))) {
            ModelSpec spec = recipe.spec();
            double[] grid = new KarrasGrid(spec.sigmaMin(), spec.sigmaMax(), spec.rho()).knots(10);
            JumpLoss loss = new JumpLoss(ops, goal, grid, spec.sigmaMin());
            Rows rows = rows(manager, path);
            float[] noise = rows.draw().jumps().noise();

            float[] start = loss.start(rows, sampler).toFloatArray();

            NDArray x = rows.noisy(new float[] {(float) grid[0], (float) grid[5]}, noise);
            int dimension = spec.dimension();
            float[] noisy = x.toFloatArray();
            for (int[] jump : new int[][] {{0, 2}, {2, 4}}) {
                x = sampler.jump(rows, x, rows.vector(grid[jump[0]]), rows.vector(grid[jump[1]]), false);
            }
            assertThat(Arrays.copyOfRange(start, 0, dimension))
                    .containsExactly(Arrays.copyOfRange(x.toFloatArray(), 0, dimension), within(1e-4f));
            assertThat(Arrays.copyOfRange(start, dimension, 2 * dimension))
                    .containsExactly(Arrays.copyOfRange(noisy, dimension, 2 * dimension));
        }
    }

    private Map<String, float[]> weights() {
        return StartingWeights.of(recipe.network().parameters(), 3, null, Goal.NewBranch.RANDOM);
    }

    private Rows rows(NDManager manager, int[][] path) {
        ModelSpec spec = recipe.spec();
        float[] x0 = new float[2 * spec.dimension()];
        float[] noise = new float[2 * spec.dimension()];
        NoiseStream.addNoise(x0, 0.5f, 9, 0, 0);
        NoiseStream.addNoise(noise, 1, 9, 1, 0);
        Draw draw = new Draw(
                new Draw.Origin(1, 0, 0),
                x0,
                new int[] {0, 1},
                new Draw.Levels(new float[] {1, 1}, noise),
                new Draw.Jumps(1, path, new int[] {9, 9}, noise));
        Shape picture = new Shape(spec.channels(), spec.height(), spec.width());
        return new Rows(manager, new Upload(), draw, picture, recipe.network().labels());
    }
}
