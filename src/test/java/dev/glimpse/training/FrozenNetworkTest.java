package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.glimpse.model.TorchScriptArchive;
import dev.glimpse.testing.ChangedArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrozenNetworkTest {
    private static final Shape PICTURE = new Shape(1, 1, 8, 8);

    @TempDir
    Path directory;

    private FrozenNetwork load(byte[] archive) throws IOException {
        return FrozenNetwork.load(Files.write(directory.resolve("net.pt"), archive), Device.cpu());
    }

    @Test
    void networkSavedWhileItWasTrainedSeesTheSameEveryTime() throws IOException {
        byte[] archive = TorchScriptArchive.of("""
                  def features(self, x: Tensor) -> List[Tensor]:
                    return [torch.dropout(x, 0.5, self.training)]
                """);
        try (FrozenNetwork network = load(inTraining(archive));
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu())) {
            NDArray ones = manager.ones(PICTURE);
            assertThat(network.features(manager, ones)[0].toFloatArray()).containsOnly(1f);
        }
    }

    @Test
    void networkOfOnePictureIsRefusedAsADistanceByItsFile() throws IOException {
        try (FrozenNetwork network = load(TorchScriptArchive.of("""
                  def forward(self, x: Tensor) -> Tensor:
                    return torch.mean(x, [1, 2, 3])
                """))) {
            assertThatThrownBy(() -> network.requireDistance(PICTURE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            directory.resolve("net.pt")
                                    + ": refuses a picture (1, 1, 8, 8) (expected: a network that gives the distance of two): ");
        }
    }

    @Test
    void distanceOfTwoIsTaken() throws IOException {
        try (FrozenNetwork network = load(TorchScriptArchive.of("""
                  def forward(self, a: Tensor, b: Tensor) -> Tensor:
                    return torch.mean(torch.sub(a, b), [1, 2, 3])
                """));
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu())) {
            network.requireDistance(PICTURE);
            NDArray distance = network.distance(manager, manager.ones(PICTURE), manager.zeros(PICTURE));
            assertThat(distance.toFloatArray()).containsExactly(1f);
        }
    }

    /** The same archive, with the flag of a module that is being trained. */
    private static byte[] inTraining(byte[] archive) throws IOException {
        return ChangedArchive.changed(archive, (name, content) -> {
            if (!name.endsWith("data.pkl")) {
                return content;
            }
            String pickle = new String(content, StandardCharsets.ISO_8859_1);
            byte[] training = pickle.replace("training\u0089", "training\u0088").getBytes(StandardCharsets.ISO_8859_1);
            assertThat(training).isNotEqualTo(content);
            return training;
        });
    }
}
