package dev.glimpse.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.HostTensor;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.SafeTensors;
import dev.glimpse.model.SongUNetConfig;
import dev.glimpse.model.TorchScriptModel;
import dev.glimpse.testing.GoldenFiles;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole trajectories without noise, from recorded x_T to the pictures that the official sampler made of it. */
class GoldenTrajectoryTest {
    private static final SongUNetConfig CONFIG = new SongUNetConfig(16, 3, 1, 0, 32, List.of(1, 2), 1, List.of(8));
    private static final ModelSpec SPEC = new ModelSpec(3, 16, 16, List.of(), 0.002, 80, 0.5, 7);
    private static final int PICTURES = 2;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void exactStepsEndInTheOfficialPictures(int steps) throws IOException {
        Map<String, HostTensor> golden = SafeTensors.read(GoldenFiles.file("sampling_song_uncond.safetensors"))
                .tensors();
        float[] noise = golden.get("x_T").floats();
        float[] expected = golden.get("code_exact_n" + steps + "/out").floats();
        StepPlan plan = StepPlans.plan(Sampler.EXACT, 0, steps, SPEC.sigmaMin(), SPEC.sigmaMax(), SPEC.rho());

        try (CtmModel model = TorchScriptModel.load(SPEC, CONFIG, weights(), Device.cpu())) {
            StepExecutor executor = new StepExecutor(model, 4);
            for (int picture = 0; picture < PICTURES; picture++) {
                float[] out = walk(executor, plan, slice(noise, picture));
                float[] official = slice(expected, picture);
                for (int i = 0; i < out.length; i++) {
                    assertThat((double) Math.abs(out[i] - official[i])).isLessThanOrEqualTo(1e-4);
                }
            }
        }
    }

    private static float[] walk(StepExecutor executor, StepPlan plan, float[] start) {
        float[] x = start;
        for (int step = 0; step < plan.nfe(); step++) {
            StepRequest request =
                    new StepRequest(x, plan.steps().get(step), JumpBatch.NO_LABEL, 0, 0, step, step % 2 == 0);
            x = executor.run(List.of(request)).get(0).x();
        }
        return x;
    }

    private static Map<String, float[]> weights() throws IOException {
        return SafeTensors.read(GoldenFiles.file("song_uncond.weights.safetensors")).tensors().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().floats()));
    }

    private static float[] slice(float[] pictures, int picture) {
        return Arrays.copyOfRange(pictures, picture * SPEC.dimension(), (picture + 1) * SPEC.dimension());
    }
}
