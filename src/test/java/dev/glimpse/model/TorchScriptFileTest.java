package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import dev.glimpse.testing.ChangedArchive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchScriptFileTest {
    private static final Shape TWO = new Shape(2);

    /** As torch.jit.save writes a network whose parameters are to be trained. */
    @Test
    void weightsThatWantGradientsHaveTheLayersKeepNothing() throws IOException {
        HostTensor weight = HostTensor.of(new float[] {2, 3}, List.of(2L));
        byte[] archive = TorchScriptArchive.of("""
                  def forward(self, x: Tensor) -> bool:
                    y = torch.mul(x, self.w)
                    return y.requires_grad
                """, Map.of("w", weight), Map.of());
        try (TorchScriptFile file = TorchScriptFile.load(wantingGradients(archive), "net.pt", Device.cpu())) {
            boolean before = JniUtils.isGradMode();
            JniUtils.setGradMode(true);
            try {
                NDArray x = file.manager().ones(TWO);
                assertThat(isInAGraph(file, x)).isFalse();
                x.setRequiresGradient(true);
                assertThat(isInAGraph(file, x)).isTrue();
            } finally {
                JniUtils.setGradMode(before);
            }
        }
    }

    private static boolean isInAGraph(TorchScriptFile file, NDArray x) {
        try (IValue result = file.run("forward", true, IValue.from((PtNDArray) x))) {
            return result.toBoolean();
        }
    }

    /** The same archive, its tensors as parameters that want gradients. */
    private static byte[] wantingGradients(byte[] archive) throws IOException {
        return ChangedArchive.changed(archive, (name, content) -> {
            if (name.endsWith("data.pkl")) {
                return replaced(content, "\u0089ccollections", "\u0088ccollections");
            }
            return name.endsWith("__torch__.py")
                    ? replaced(
                            content,
                            "__parameters__ = []\n  __buffers__ = [\"w\", ]",
                            "__parameters__ = [\"w\", ]\n  __buffers__ = []")
                    : content;
        });
    }

    private static byte[] replaced(byte[] content, String from, String to) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }
}
