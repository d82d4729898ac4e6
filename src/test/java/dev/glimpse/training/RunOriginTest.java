package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunOriginTest {
    private static RunOrigin of(String distance) {
        return new RunOrigin(Map.of("recipe", "Recipe[seed=7, goal=Jumps[knots=18, distance=" + distance + "]]"));
    }

    @Test
    void sameRecipeGoesOn() {
        assertThatCode(() -> of("SquaredError[resize=0]").requireSame(of("SquaredError[resize=0]")))
                .doesNotThrowAnyException();
    }

    @Test
    void valueThatDiffersIsNamed() {
        assertThatThrownBy(() -> of("SquaredError[resize=0]").requireSame(of("SquaredError[resize=64]")))
                .hasMessage("recipe: another, with resize: 64 (expected: resize: 0, as when the run began)");
    }

    @Test
    void partOfAnotherKindWithTheSameValuesIsAnotherRecipe() {
        assertThatThrownBy(() -> of("SquaredError[resize=0]").requireSame(of("Learned[resize=0]")))
                .hasMessageContaining("Learned[resize=0")
                .hasMessageContaining("SquaredError[resize=0");
    }

    /** Checkpoints of earlier versions do not tell what their recipes could not say yet. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ", lastJumpT=OptionalDouble.empty",
                ", clip=false",
                ", firstShare=0.0",
                ", lastShare=0.0",
                ", simulation=null"
            })
    void recipeThatDoesNotSayWhatItHasNoneOfGoesOn(String unsaid) {
        RunOrigin now = origin(TinyRun.student(4));
        String recipe = now.fact("recipe");
        assertThat(recipe).contains(unsaid);
        Map<String, String> facts = new HashMap<>(now.facts());
        facts.put("recipe", recipe.replace(unsaid, ""));
        RunOrigin older = new RunOrigin(facts);

        assertThatCode(() -> older.requireSame(now)).doesNotThrowAnyException();
        assertThatCode(() -> now.requireSame(older)).doesNotThrowAnyException();
    }

    @Test
    void shareOfTheRecipeThatTheOlderOneLacksIsRefused() {
        RunOrigin older = new RunOrigin(Map.of("recipe", "Recipe[knots=JumpKnots[count=18, wholeShare=0.25]]"));
        RunOrigin now =
                new RunOrigin(Map.of("recipe", "Recipe[knots=JumpKnots[count=18, wholeShare=0.25, firstShare=0.05]]"));
        assertThatThrownBy(() -> older.requireSame(now)).hasMessageContaining("first_share: 0.05");
    }

    /** Beside parts that follow and are the same. */
    @Test
    void partThatOnlyOneRecipeHasIsNamed() {
        Goal.Jumps jumps = TinyRun.jumps(Goal.Solver.SELF_ITERATIVE);
        RunOrigin plain = origin(jumps);
        RunOrigin simulating = origin(TinyRun.simulating(jumps, new Goal.Simulation(0.5, 4)));

        assertThatThrownBy(() -> plain.requireSame(simulating))
                .hasMessage("recipe: another, with simulation (expected: none, as when the run began)");
        assertThatThrownBy(() -> simulating.requireSame(plain))
                .hasMessage("recipe: another, without simulation (expected: simulation, as when the run began)");
        RunOrigin clipping = recipe(plain.fact("recipe").replace("clip=false", "clip=true"));
        assertThatThrownBy(() -> recipe(plain.fact("recipe")).requireSame(clipping))
                .hasMessage("recipe: another, with clip: true (expected: none, as when the run began)");
    }

    @Test
    void sectionWhereTheOtherRecipeSaysNoneIsNamed() {
        RunOrigin began = recipe("Recipe[seed=7, adversarial=null], snapshotEvery=10]");
        RunOrigin now = recipe("Recipe[seed=7, adversarial=Adversarial[fromStep=2, width=4]], snapshotEvery=10]");
        assertThatThrownBy(() -> began.requireSame(now))
                .hasMessage("recipe: another, with adversarial (expected: adversarial: null, as when the run began)");
        assertThatThrownBy(() -> now.requireSame(began))
                .hasMessage("recipe: another, with adversarial: null (expected: adversarial, as when the run began)");
    }

    @Test
    void elementOfAListIsTold() {
        RunOrigin began = recipe("Recipe[seed=7, classes=[red, green], snapshotEvery=10]");
        RunOrigin now = recipe("Recipe[seed=7, classes=[red, yellow], snapshotEvery=10]");
        assertThatThrownBy(() -> began.requireSame(now))
                .hasMessage("recipe: another, with yellow (expected: green, as when the run began)");
    }

    private static RunOrigin recipe(String text) {
        return new RunOrigin(Map.of("recipe", text));
    }

    private static RunOrigin origin(Goal.Jumps jumps) {
        return origin(TinyRun.recipe(TinyRun.schedule(4, 8, Schedule.OptimiserKind.RADAM), jumps));
    }

    @Test
    void anotherKindOfDeviceIsTold() {
        RunOrigin began = new RunOrigin(Map.of("device", "cpu", "data", "a1"));
        assertThat(began.changes(new RunOrigin(Map.of("device", "gpu", "data", "a1"))))
                .containsExactly("device: gpu, where the run began on a cpu");
        assertThat(began.changes(began)).isEmpty();
        RunOrigin older = new RunOrigin(Map.of("data", "a1"));
        assertThat(older.changes(began)).isEmpty();
    }

    /** As where a run with precision auto moves to a machine that computes in bfloat16. */
    @Test
    void anotherPrecisionIsTold() {
        RunOrigin began = new RunOrigin(Map.of("precision", "fp32", "data", "a1"));
        assertThat(began.changes(new RunOrigin(Map.of("precision", "bf16", "data", "a1"))))
                .containsExactly("precision: bf16, where the run began with fp32");
        assertThat(began.changes(began)).isEmpty();
    }

    @Test
    void anotherNumberOfStepsIsToldWhereRatesFollowFromIt() {
        RunOrigin began = falling(4000);
        assertThat(began.changes(falling(8000))).containsExactly("steps: 8000, where the run began with 4000");
        assertThat(began.changes(falling(4000))).isEmpty();
        assertThatCode(() -> began.requireSame(falling(8000))).doesNotThrowAnyException();
        RunOrigin older = new RunOrigin(Map.of("data", began.fact("data")));
        assertThat(older.changes(began)).isEmpty();
    }

    @Test
    void anotherNumberOfStepsOfOneRateIsNoChange() {
        assertThat(origin(TinyRun.denoiser(4000)).changes(origin(TinyRun.denoiser(8000))))
                .isEmpty();
    }

    /** Checkpoints of versions that left a smaller group at the end of each share do not tell of groups. */
    @Test
    void otherGroupsOfRowsAreTold() {
        TrainingRecipe recipe = TinyRun.recipe(
                TinyRun.schedule(4, 3, Schedule.OptimiserKind.ADAM),
                TinyRun.denoiser(4).goal());
        RunOrigin now = RunOrigin.of(recipe, TrainingInputs.of(TinyRun.data()), Placement.cpu(2));
        Map<String, String> facts = new HashMap<>(now.facts());
        facts.remove("groups");
        RunOrigin older = new RunOrigin(facts);

        assertThat(older.changes(now))
                .containsExactly("groups: of one size, where the run began with a smaller last one in each share");
        assertThat(now.changes(now)).isEmpty();
        assertThatCode(() -> older.requireSame(now)).doesNotThrowAnyException();
    }

    @Test
    void evenSharesAreAsTheyAlwaysWere() {
        assertThat(origin(TinyRun.denoiser(4)).facts()).doesNotContainKey("groups");
    }

    /** Earlier versions told a folder's checksum by its pixels where they held it in main memory. */
    @Test
    void dataThatHadAnotherChecksumInAnEarlierVersionIsNoChange() {
        ImageDataSet pixels = TinyRun.data();
        LoadedFolder folder = new LoadedFolder(pixels, "f0");
        RunOrigin earlier = new RunOrigin(Map.of("data", pixels.sha256()));
        RunOrigin now = new RunOrigin(Map.of("data", "f0"));

        assertThat(earlier.onData(folder)).isEqualTo(now);
        assertThat(now.onData(folder)).isEqualTo(now);
        RunOrigin other = new RunOrigin(Map.of("data", "a1"));
        assertThat(other.onData(folder)).isEqualTo(other);
        assertThat(other.onData(folder).changes(now)).hasSize(1);
    }

    private static RunOrigin falling(int steps) {
        Schedule s = TinyRun.schedule(steps, 8, Schedule.OptimiserKind.ADAM);
        Schedule falling = TinyRun.rates(s, s.learningRate(), s.learningRate() / 2);
        return origin(TinyRun.recipe(falling, TinyRun.denoiser(steps).goal()));
    }

    private static RunOrigin origin(TrainingRecipe recipe) {
        return RunOrigin.of(recipe, TrainingInputs.of(TinyRun.data()), Placement.cpu(1));
    }

    @Test
    void anotherTeacherIsRefused() {
        RunOrigin began = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "teacher", "a1"));
        RunOrigin now = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "teacher", "b2"));
        assertThatThrownBy(() -> began.requireSame(now))
                .hasMessage("teacher: b2 (expected: a1, as when the run began)");
    }

    @Test
    void featuresThatTheRecipeHasNoUseForMayBeLeftOut() {
        RunOrigin began = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "features", "a1", "distance model", "b2"));
        RunOrigin other = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "features", "c3"));
        RunOrigin model = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "distance model", "c3"));
        assertThatCode(() -> began.requireSame(new RunOrigin(Map.of("recipe", "Recipe[seed=7]"))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> began.requireSame(other))
                .hasMessage("features: c3 (expected: a1, as when the run began)");
        assertThatThrownBy(() -> began.requireSame(model))
                .hasMessage("distance model: c3 (expected: b2, as when the run began)");
    }

    @Test
    void startThatIsNamedMustBeTheRunsOwn() {
        RunOrigin began = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "teacher", "a1", "init", "b2"));
        RunOrigin unnamed = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "teacher", "a1"));
        RunOrigin other = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "teacher", "a1", "init", "c3"));
        RunOrigin teachers = new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "teacher", "a1", "init", "a1"));

        assertThatCode(() -> began.requireSame(began)).doesNotThrowAnyException();
        assertThatCode(() -> began.requireSame(unnamed)).doesNotThrowAnyException();
        assertThatCode(() -> unnamed.requireSame(teachers)).doesNotThrowAnyException();
        assertThatThrownBy(() -> began.requireSame(other)).hasMessage("init: c3 (expected: b2, as when the run began)");
        assertThatThrownBy(() -> unnamed.requireSame(other))
                .hasMessage("init: c3 (expected: a1, as when the run began)");
        RunOrigin random = new RunOrigin(Map.of("recipe", "Recipe[seed=7]"));
        assertThatThrownBy(() -> random.requireSame(new RunOrigin(Map.of("recipe", "Recipe[seed=7]", "init", "c3"))))
                .hasMessage("init: c3 (expected: none, as when the run began)");
    }
}
