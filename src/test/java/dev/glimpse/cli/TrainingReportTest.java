package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.training.LossNames;
import dev.glimpse.training.RecipeFile;
import dev.glimpse.training.TrainingListener.Statistics;
import dev.glimpse.training.TrainingRecipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainingReportTest {
    private static final int BATCH = 8;

    private static final TrainingRecipe RECIPE =
            RecipeFile.builtIn("fashion-mnist").student();

    @TempDir
    Path out;

    private final StringWriter console = new StringWriter();

    /** The tenth step is the critics', as every tenth would be. */
    @Test
    void lineTellsTheNewestOfNetworkAndCritics() throws IOException {
        TrainingReport report = report();

        for (int step = 1; step <= 10; step += 2) {
            report.stepped(step(step, 0.75, Map.of(LossNames.CTM, 0.1 * step, LossNames.GAN, -0.25)));
            report.stepped(step(step + 1, 0.5, Map.of(LossNames.CRITIC, 1.75)));
        }

        assertThat(console.toString())
                .hasLineCount(1)
                .startsWith("step 10/40  critic 1.7500  ctm 0.9000  gan -0.2500  critics' |grad| 0.500  |grad| 0.750  ")
                .contains("  8 images/s  1.00 s/step  ");
    }

    @Test
    void endTellsHowFarTheRunCameAndWhereItsModelIs() throws IOException {
        int steps = RECIPE.schedule().steps();
        String model = "model: " + out.resolve("fashion-mnist/1");

        report().ended(8, 8);
        assertThat(console.toString().lines())
                .containsExactly("stopped at step 8 of " + steps + "; --resume goes on", model);
        console.getBuffer().setLength(0);
        report().ended(steps, steps);
        assertThat(console.toString().lines()).containsExactly(model);
    }

    @Test
    void endWithoutFiniteNumbersTellsWhichStepIsKept() throws IOException {
        String stopped = "stopped at step 8 of " + RECIPE.schedule().steps()
                + ", which came to no finite numbers; --resume goes on from step ";
        report().ended(8, 5);
        assertThat(console.toString().lines()).containsExactly(stopped + 5, "model: " + out.resolve("fashion-mnist/1"));
        console.getBuffer().setLength(0);
        report().ended(8, 0);
        assertThat(console.toString().lines()).containsExactly(stopped + 0);
    }

    @Test
    void divergedRunIsToldHowAnotherRecipeGoesOn() throws IOException {
        assertThat(report().advice(15))
                .isEqualTo("the changed recipe goes on in another --out with --init " + out.resolve("fashion-mnist/1")
                        + ", the model of step 15");
        assertThat(report().advice(0)).isEqualTo("no step is kept");
    }

    private TrainingReport report() throws IOException {
        CommandLine command = new CommandLine(new TrainCommand()).setOut(new PrintWriter(console));
        return new TrainingReport(RECIPE, new JsonObject(), out, ComputeDevice.cpu(), command);
    }

    private static Statistics step(int step, double norm, Map<String, Double> terms) {
        return new Statistics(step, 40, terms, norm, 1e-3, (long) BATCH * step, 1_000_000_000, 1000, Map.of());
    }
}
