package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ClassifierConfig;
import dev.glimpse.model.ClassifierNetwork;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.training.ClassifierRecipe;
import dev.glimpse.training.ClassifierTraining;
import dev.glimpse.training.DataSet;
import dev.glimpse.training.ImageDataSet;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is loaded goes where it is sent: onto a GPU that no machine has, nothing can be loaded. */
class DeviceReachTest {
    private static final ComputeDevice NOWHERE = ComputeDevice.gpu(99);
    private static final ModelDirectory MODEL = ModelDirectory.builtIn();

    static List<Function<ComputeDevice, AutoCloseable>> loads() {
        ModelSpec spec = MODEL.config().spec();
        PictureShape shape = new PictureShape(spec.channels(), spec.height(), spec.width());
        return List.of(
                MODEL::load,
                MODEL::loadDifferentiable,
                MODEL::loadEager,
                device -> FeatureSource.builtIn().load(shape, device),
                DeviceReachTest::classifier);
    }

    private static AutoCloseable classifier(ComputeDevice device) {
        DataSet data = new ImageDataSet(1, 8, 8, new byte[128], new byte[] {0, 1}, List.of("a", "b"));
        ClassifierNetwork network = new ClassifierNetwork(ClassifierConfig.of(1, 8, 8, 2));
        return new ClassifierTraining(network, ClassifierRecipe.of(0, 1, false), data, device);
    }

    @ParameterizedTest
    @MethodSource("loads")
    void nothingIsLoadedElsewhere(Function<ComputeDevice, AutoCloseable> load) {
        assertThatThrownBy(() -> load.apply(NOWHERE)).isInstanceOf(RuntimeException.class);
        assertThatCode(() -> load.apply(ComputeDevice.cpu()).close()).doesNotThrowAnyException();
    }
}
