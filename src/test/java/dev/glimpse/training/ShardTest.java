package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.model.EmittedNetwork;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A step that two shards share; the devices are the same here, what goes from one to the other is not. */
class ShardTest {
    /** A share's four rows in two groups, so that its losses count as four. */
    private static final TrainingRecipe RECIPE = TinyRun.recipe(
            TinyRun.schedule(1, 3, Schedule.OptimiserKind.ADAM), TinyRun.jumps(Goal.Solver.SELF_ITERATIVE));

    private static final TrainingInputs INPUTS = TrainingInputs.of(TinyRun.data());

    private final EmittedNetwork home =
            EmittedNetwork.load(RECIPE.network(), RECIPE.spec().sigmaData(), Device.cpu());
    private final Shard first = new Shard(RECIPE, INPUTS, new TeacherWeights(null), Device.cpu());
    private final Shard second = new Shard(RECIPE, INPUTS, new TeacherWeights(null), Device.cpu());
    private final NDManager owner = home.manager().newSubManager();

    private StepTensors tensors;
    private PictureLoader.Pictures pictures;

    @BeforeEach
    void prepare() {
        // Off in the thread that loaded the engine.
        JniUtils.setGradMode(true);
        NDArray[] student = home.upload(weights(1));
        for (NDArray weight : Objective.trained(home.parameters(), student)) {
            weight.setRequiresGradient(true);
        }
        tensors = new StepTensors(student, home.upload(weights(2)), List.of());
        try (PictureLoader loader = new PictureLoader(INPUTS.data(), RECIPE, 0)) {
            pictures = loader.next();
        }
    }

    /** Of which none is 0, unlike those of a new network. */
    private Map<String, float[]> weights(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, float[]> weights = new HashMap<>();
        home.parameters().forEach(p -> {
            float[] values = new float[p.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextDouble(-0.3, 0.3);
            }
            weights.put(p.name(), values);
        });
        return weights;
    }

    @AfterEach
    void close() {
        owner.close();
        first.close();
        second.close();
        home.close();
    }

    @Test
    void whereItIsComputedDoesNotMatter() {
        Losses part = first.run(owner, share(0), tensors);
        Losses near = second.run(owner, share(1), tensors);
        Losses far = second.away(owner, share(1), tensors);

        assertThat(far.weight()).isEqualTo(near.weight()).isEqualTo(4);
        assertThat(far.terms()).isEqualTo(near.terms()).isNotEmpty();
        assertThat(far.atBound()).isEqualTo(near.atBound()).isNotEmpty();
        assertThat(Losses.meanTerms(List.of(part, far))).isEqualTo(Losses.meanTerms(List.of(part, near)));
        float[][] gradients = values(far);
        assertThat(gradients).isDeepEqualTo(values(near));
        assertThat(Arrays.stream(gradients).filter(ShardTest::isAllZero)).hasSizeLessThan(gradients.length / 2);
    }

    @Test
    void gradientsComeHomeAndNothingElse() throws ReflectiveOperationException {
        int before = StepTensorsTest.owned(home.manager());

        Losses far = second.away(owner, share(1), tensors);

        assertThat(far.gradients()).allSatisfy(gradient -> {
            assertThat(gradient.getManager()).isSameAs(owner);
            assertThat(gradient.getDevice()).isEqualTo(owner.getDevice());
        });
        assertThat(StepTensorsTest.owned(owner)).isEqualTo(far.gradients().length);
        assertThat(StepTensorsTest.owned(home.manager())).isEqualTo(before);
    }

    @Test
    void computationSeesCopiesAloneAndLeavesNothingBehind() throws ReflectiveOperationException {
        try (TrainingOps ops = new TrainingOps(Device.cpu())) {
            int before = StepTensorsTest.owned(ops.manager());

            Losses losses = new Replica(ops.manager(), ops).compute(owner, tensors, (local, copies) -> {
                assertThat(local.getParentManager()).isSameAs(ops.manager());
                assertThat(copies.student())
                        .hasSameSizeAs(tensors.student())
                        .allSatisfy(copy -> assertThat(copy.getManager()).isSameAs(local));
                assertThat(copies.target())
                        .hasSameSizeAs(tensors.target())
                        .allSatisfy(copy -> assertThat(copy.getManager()).isSameAs(local));
                NDArray gradient = local.create(new float[] {7});
                return new Losses(new NDArray[] {gradient}, Map.of("loss", 0.5), Map.of("weight", 1.0), 3);
            });

            assertThat(losses.gradients()[0].toFloatArray()).containsExactly(7);
            assertThat(losses.weight()).isEqualTo(3);
            assertThat(StepTensorsTest.owned(ops.manager())).isEqualTo(before);
        }
    }

    private Shard.Share share(int part) {
        return new Shard.Share(0, pictures, 4 * part, 4 * (part + 1), 2, Goal.Phase.PLAIN);
    }

    private static float[][] values(Losses losses) {
        return Arrays.stream(losses.gradients()).map(NDArray::toFloatArray).toArray(float[][]::new);
    }

    private static boolean isAllZero(float... values) {
        for (float value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
