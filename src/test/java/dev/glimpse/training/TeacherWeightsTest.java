package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import com.google.gson.JsonObject;
import dev.glimpse.model.EmittedNetwork;
import dev.glimpse.model.ModelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherWeightsTest {
    private static final TrainingRecipe RECIPE = TinyRun.denoiser(1);

    @TempDir
    Path directory;

    private ModelDirectory write() throws IOException {
        Map<String, float[]> weights =
                StartingWeights.of(RECIPE.network().parameters(), 3, null, Goal.NewBranch.RANDOM);
        Path model = directory.resolve("teacher/1");
        ModelDirectory.write(model, RECIPE.spec(), RECIPE.network(), weights, new JsonObject());
        return ModelDirectory.read(model);
    }

    /** Whichever network asks; tensors of another device's are none that it could compute with. */
    @Test
    void eachDeviceHasArraysOfItsOwn() throws IOException {
        TeacherWeights teacher = new TeacherWeights(write());
        try (EmittedNetwork first = network();
                EmittedNetwork second = network()) {
            NDArray[] arrays = teacher.on(Device.gpu(0), first);
            NDArray[] others = teacher.on(Device.gpu(1), second);

            assertThat(others[0].getManager()).isSameAs(second.manager());
            assertThat(teacher.on(Device.gpu(0), second)).isSameAs(arrays).isNotSameAs(others);
            assertThat(teacher.on(first)).isNotSameAs(arrays).isNotSameAs(others);
        }
    }

    @Test
    void networksOnOneDeviceReadTheSameArrays() throws IOException {
        ModelDirectory written = write();
        TeacherWeights teacher = new TeacherWeights(written);
        try (EmittedNetwork first = network()) {
            NDArray[] arrays = teacher.on(first);
            try (EmittedNetwork second = network()) {
                assertThat(teacher.on(second)).isSameAs(arrays);
            }
            for (int i = 0; i < arrays.length; i++) {
                String name = first.parameters().get(i).name();
                assertThat(arrays[i].toFloatArray())
                        .as(name)
                        .isEqualTo(written.weights().get(name));
            }
        }
    }

    private static EmittedNetwork network() {
        return EmittedNetwork.load(RECIPE.network(), RECIPE.spec().sigmaData(), Device.cpu());
    }
}
