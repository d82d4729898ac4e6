package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that keeps every second step, of which some come to no finite numbers. */
class DivergenceTest {
    private static final int EVERY = 2;
    private static final int PICTURES = 320;

    @TempDir
    Path directory;

    private final List<Integer> kept = new ArrayList<>();

    @Test
    void runThatDivergesKeepsItsLastSoundStep() throws IOException {
        try (Trainer trainer = trainer(recipe(40, 2e-3), step -> step >= 5)) {
            assertThatThrownBy(() -> run(trainer, Integer.MAX_VALUE))
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessage("gradients: not finite for 21 steps in a row at step 25 (expected: finite; a lower"
                            + " learning_rate or a longer warmup usually helps)");
            assertThat(trainer.kept()).isEqualTo(4);
        }
        assertThat(kept).containsExactly(2, 4);
        assertThat(checkpoint()).isEqualTo(4);
    }

    @Test
    void stepThatIsDueAndNotSoundPassesItsTurnToTheNext() throws IOException {
        try (Trainer trainer = trainer(recipe(6, 2e-3), step -> step == 3)) {
            run(trainer, Integer.MAX_VALUE);
        }
        assertThat(kept).containsExactly(2, 5, 6);
    }

    @Test
    void runThatIsStoppedAtAStepThatIsNotSoundGoesOnFromTheOneBefore() throws IOException {
        try (Trainer trainer = trainer(recipe(40, 2e-3), step -> step >= 2)) {
            run(trainer, 4);
            assertThat(trainer.step()).isEqualTo(4);
            assertThat(trainer.kept()).isEqualTo(2);
        }
        assertThat(kept).containsExactly(2);
        assertThat(checkpoint()).isEqualTo(2);
    }

    @Test
    void lastStepThatIsNotSoundIsNoEnd() throws IOException {
        try (Trainer trainer = trainer(recipe(5, 2e-3), step -> step == 4)) {
            assertThatThrownBy(() -> run(trainer, Integer.MAX_VALUE))
                    .isInstanceOf(TrainingDivergedException.class)
                    .hasMessageStartingWith("gradients or weights: not finite at step 5, the last one (expected: ");
        }
        assertThat(kept).containsExactly(2, 4);
    }

    /** Its gradients are finite: only the next step's would not be. */
    @Test
    void weightsBeyondAllNumbersAreNotKept() throws IOException {
        try (Trainer trainer = trainer(recipe(1, 1e30), step -> false)) {
            assertThatThrownBy(() -> run(trainer, Integer.MAX_VALUE)).isInstanceOf(TrainingDivergedException.class);
        }
        assertThat(kept).isEmpty();
        assertThat(Trainer.shardsOf(directory)).isEmpty();
    }

    private int checkpoint() throws IOException {
        try (Trainer resumed = trainer(recipe(40, 2e-3), step -> false)) {
            return resumed.step();
        }
    }

    private void run(Trainer trainer, int most) throws IOException {
        trainer.run(new TrainingListener() {
            @Override
            public void stepped(Statistics s) {
                if (s.step() == most) {
                    trainer.stop();
                }
            }

            @Override
            public void snapshot(int step, Map<String, float[]> average) {
                kept.add(step);
            }
        });
    }

    /** @param broken steps, from 0, whose pictures are no numbers */
    private Trainer trainer(TrainingRecipe recipe, IntPredicate broken) throws IOException {
        BatchOrder order = new BatchOrder(PICTURES, recipe.seed());
        int batch = recipe.schedule().batch();
        Set<Integer> pictures = IntStream.range(0, PICTURES)
                .filter(i -> broken.test(i / batch))
                .mapToObj(order::at)
                .collect(Collectors.toSet());
        DataSet data = new WatchedData(data(), (picture, values) -> {
            if (pictures.contains(picture)) {
                Arrays.fill(values, Float.NaN);
            }
        });
        return new Trainer(recipe, TrainingInputs.of(data), Placement.cpu(2), directory);
    }

    /** So many pictures that no run sees one twice. */
    private static ImageDataSet data() {
        byte[] pixels = new byte[PICTURES * TinyRun.SIZE * TinyRun.SIZE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (37 * i);
        }
        return new ImageDataSet(1, TinyRun.SIZE, TinyRun.SIZE, pixels, new byte[PICTURES], List.of("left", "right"));
    }

    private static TrainingRecipe recipe(int steps, double rate) {
        Schedule s = TinyRun.schedule(steps, 8, Schedule.OptimiserKind.ADAM);
        Schedule schedule = TinyRun.rates(s, rate, rate);
        TrainingRecipe tiny = TinyRun.recipe(schedule, TinyRun.denoiser(steps).goal());
        return new TrainingRecipe(
                tiny.name(),
                tiny.spec(),
                tiny.network(),
                tiny.seed(),
                tiny.flip(),
                tiny.schedule(),
                tiny.goal(),
                EVERY);
    }
}
