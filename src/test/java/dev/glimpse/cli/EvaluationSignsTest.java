package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluationSignsTest {
    private final List<EvaluationReport.Row> rows = new ArrayList<>();

    private void add(String sampler, double gamma, int steps, double distance) {
        int nfe = sampler.equals("heun") ? 2 * steps - 1 : steps;
        JsonObject json = new JsonObject();
        json.addProperty("fid", distance);
        rows.add(new EvaluationReport.Row(
                new EvaluationSetting(sampler, gamma, steps, nfe, List.of(), Optional.empty(), rows.size()), json));
    }

    private List<String> signs(double deviation) {
        return new EvaluationSigns(new EvaluationReport.Column("fid", "FID", 3, true), value -> deviation).of(rows);
    }

    /** As the paper has it of gamma 1 without an adversarial loss. */
    @Test
    void distanceThatRisesWithMoreStepsOfFreshNoiseIsToldWithGamma() {
        add("cm", 1, 35, 10.5);
        add("cm", 1, 1, 4);
        add("cm", 1, 4, 3.9);
        add("cm", 1, 8, 7.1);
        assertThat(signs(0.1))
                .singleElement()
                .asString()
                .isEqualTo(
                        "quality falls with more steps of cm: FID 3.900 at NFE 4, FID"
                                + " 10.500 at NFE 35; fresh noise between jumps makes errors add up where gamma is large: a smaller one"
                                + " helps, unless quality falls with that too, as where jumps heed no other end than sigma_min");
    }

    @Test
    void distanceThatRisesWithMoreStepsWithoutNoiseIsToldWithTheSecondTime() {
        add("exact", 0, 1, 4);
        add("exact", 0, 8, 9);
        assertThat(signs(0.1))
                .singleElement()
                .asString()
                .startsWith(
                        "quality falls with more steps of exact: FID 4.000 at NFE 1, FID 9.000 at NFE 8; jumps heed no"
                                + " other end than sigma_min");
    }

    @Test
    void everyRuleIsLookedAtByItself() {
        add("gamma", 0.3, 2, 4);
        add("gamma", 0.3, 8, 3);
        add("gamma", 0.9, 2, 10);
        add("gamma", 0.9, 8, 30);
        assertThat(signs(0.1)).singleElement().asString().startsWith("quality falls with more steps of gamma 0.9:");
    }

    /** The built-in model's own table, by 2,000 samples. */
    @Test
    void soundModelIsToldNothing() {
        double[][] table = {{1, 1.93}, {2, 1.90}, {4, 1.23}, {8, 1.16}, {18, 1.44}};
        for (double[] row : table) {
            add("exact", 0, (int) row[0], row[1]);
        }
        double[][] heun = {{1, 44.01}, {2, 126.57}, {3, 71.5}, {5, 13.44}, {9, 3.31}, {18, 1.83}, {40, 1.65}};
        for (double[] row : heun) {
            add("heun", 0, (int) row[0], row[1]);
        }
        assertThat(signs(0)).isEmpty();
    }

    @Test
    void whatChanceMayHaveDoneIsNoSign() {
        add("exact", 0, 1, 4);
        add("exact", 0, 8, 9);
        add("heun", 0, 18, 20);
        assertThat(signs(0.8)).hasSize(2);
        assertThat(signs(1)).singleElement().asString().startsWith("one jump is good");
        assertThat(signs(4)).isEmpty();
    }

    @Test
    void garbageOfTheDenoiserBesideAGoodJumpIsTold() {
        add("heun", 0, 18, 70.5);
        add("heun", 0, 40, 60);
        add("gamma", 0.5, 1, 1.9);
        assertThat(signs(0.1))
                .containsExactly("one jump is good and the denoiser is not: FID 1.900 at NFE 1, FID 60.000 at NFE 79 of"
                        + " heun; g(x, t, t) is hardly trained: was denoiser_weight 0?");
    }

    /** Or by so few steps that the solver is to blame. */
    @Test
    void denoiserIsNotJudgedByItselfNorByFewSteps() {
        add("heun", 0, 18, 30);
        add("heun", 0, 40, 90);
        assertThat(signs(0.1)).isEmpty();
        rows.clear();
        add("exact", 0, 1, 2);
        add("heun", 0, 9, 60);
        assertThat(signs(0.1)).isEmpty();
    }
}
