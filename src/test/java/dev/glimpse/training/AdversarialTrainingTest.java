package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.model.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdversarialTrainingTest {
    /** Two feature maps of a picture, 8 x 8 and 4 x 4, and a vector that nothing here may use. */
    private static final String FEATURES = """
              def features(self, x: Tensor) -> List[Tensor]:
                fine = torch.cat([x, torch.mul(x, x)], 1)
                coarse = torch.avg_pool2d(fine, [2, 2], [2, 2], [0, 0], False, True, None)
                return [fine, torch.sin(torch.mul(coarse, 3.)), torch.mean(fine, [2, 3])]
            """;

    private static final double CRITICS_RATE = 3e-3;

    @TempDir
    Path directory;

    private Path features;

    @BeforeEach
    void writeFeatureNetwork() throws IOException {
        features = Files.write(directory.resolve("features.pt"), TorchScriptArchive.of(FEATURES));
    }

    @Test
    void stepsAlternateBetweenNetworkAndCriticsAfterTheWarmUp() throws IOException {
        List<TrainingListener.Statistics> steps = train("a", 6, Integer.MAX_VALUE);
        for (TrainingListener.Statistics s : steps.subList(0, 2)) {
            assertThat(s.terms()).containsOnlyKeys(LossNames.CTM, LossNames.DSM, LossNames.LAMBDA_DSM);
        }
        for (TrainingListener.Statistics s : List.of(steps.get(2), steps.get(4))) {
            assertThat(s.terms())
                    .containsOnlyKeys(
                            LossNames.CTM, LossNames.DSM, LossNames.LAMBDA_DSM, LossNames.GAN, LossNames.LAMBDA_GAN);
            assertThat(s.terms().get(LossNames.LAMBDA_GAN)).isBetween(0.01, 10.0);
            assertThat(s.atBound()).containsOnlyKeys(LossNames.LAMBDA_DSM, LossNames.LAMBDA_GAN);
        }
        for (TrainingListener.Statistics s : List.of(steps.get(3), steps.get(5))) {
            assertThat(s.terms()).containsOnlyKeys(LossNames.CRITIC);
        }
    }

    @Test
    void everyStepTellsTheLearningRateOfWhatItUpdates() throws IOException {
        List<Double> rates = train("a", 8, Integer.MAX_VALUE).stream()
                .map(TrainingListener.Statistics::rate)
                .toList();
        // The network's rate rises over five steps to 2e-3; critics have theirs from the first.
        assertThat(rates.subList(0, 5)).containsExactly(2e-3 / 5, 4e-3 / 5, 6e-3 / 5, CRITICS_RATE, 2e-3);
        assertThat(rates.subList(5, 8)).containsExactly(CRITICS_RATE, 2e-3, CRITICS_RATE);
    }

    @Test
    void featuresWithoutAMapAreRefusedByTheirFile() throws IOException {
        Files.write(features, TorchScriptArchive.of("""
                  def forward(self, x: Tensor) -> Tensor:
                    return torch.mean(x, [2, 3])
                """));

        assertThatThrownBy(() -> train("a", 1, Integer.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("features: " + features + ", which gives no map (expected: at least one map [B, C, H, W])");
    }

    @Test
    void criticsLearnToTellAFrozenNetworksPicturesFromTheData() throws IOException {
        List<TrainingListener.Statistics> steps = train("a", 80, Integer.MAX_VALUE);
        List<Double> hinge = steps.stream()
                .filter(s -> s.terms().containsKey(LossNames.CRITIC))
                .map(s -> s.terms().get(LossNames.CRITIC))
                .toList();
        double late = hinge.subList(hinge.size() - 5, hinge.size()).stream()
                .mapToDouble(h -> h)
                .average()
                .orElseThrow();
        // Chance is 2; the generator hardly moves in so few steps.
        assertThat(late).isLessThan(1.5);
    }

    @Test
    void resumedRunEndsWithTheNumbersOfAnUnbrokenOne() throws IOException {
        List<Map<String, Double>> whole = terms(train("whole", 8, Integer.MAX_VALUE));
        List<Map<String, Double>> broken = new ArrayList<>();
        for (int most : new int[] {4, 1, Integer.MAX_VALUE}) {
            broken.addAll(terms(train("broken", 8, most)));
        }
        assertThat(broken).isEqualTo(whole);
    }

    private static List<Map<String, Double>> terms(List<TrainingListener.Statistics> steps) {
        return steps.stream().map(TrainingListener.Statistics::terms).toList();
    }

    private List<TrainingListener.Statistics> train(String name, int steps, int most) throws IOException {
        Goal.Jumps goal = TinyRun.adversarial(TinyRun.jumps(Goal.Solver.SELF_DIRECT), CRITICS_RATE);
        TrainingRecipe recipe = TinyRun.recipe(TinyRun.schedule(steps, 4, Schedule.OptimiserKind.RADAM), goal);
        TrainingInputs inputs = new TrainingInputs(TinyRun.data(), null, null, List.of(features), null);
        List<TrainingListener.Statistics> taken = new ArrayList<>();
        try (Trainer trainer = new Trainer(recipe, inputs, Placement.cpu(2), directory.resolve(name))) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics s) {
                    taken.add(s);
                    if (taken.size() == most) {
                        trainer.stop();
                    }
                }

                @Override
                public void snapshot(int step, Map<String, float[]> average) {
                    assertThat(average).isNotEmpty();
                }
            });
        }
        return taken;
    }
}
