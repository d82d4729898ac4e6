package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
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
        boolean before = JniUtils.isGradMode();
        try (TorchScriptFile file = TorchScriptFile.load(wantingGradients(archive), "net.pt", Device.cpu())) {
            JniUtils.setGradMode(true);
            NDArray x = file.manager().ones(TWO);
            assertThat(isInAGraph(file, x)).isFalse();
            x.setRequiresGradient(true);
            assertThat(isInAGraph(file, x)).isTrue();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    private static boolean isInAGraph(TorchScriptFile file, NDArray x) {
        try (IValue result = file.run("forward", true, IValue.from((PtNDArray) x))) {
            return result.toBoolean();
        }
    }

    /** The same archive, its tensors as parameters that want gradients. */
    private static byte[] wantingGradients(byte[] archive) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive));
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                if (entry.getName().endsWith("data.pkl")) {
                    content = replaced(content, "\u0089ccollections", "\u0088ccollections");
                } else if (entry.getName().endsWith("__torch__.py")) {
                    content = replaced(
                            content,
                            "__parameters__ = []\n  __buffers__ = [\"w\", ]",
                            "__parameters__ = [\"w\", ]\n  __buffers__ = []");
                }
                CRC32 checksum = new CRC32();
                checksum.update(content);
                ZipEntry stored = new ZipEntry(entry.getName());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(content.length);
                stored.setCrc(checksum.getValue());
                out.putNextEntry(stored);
                out.write(content);
            }
        }
        return bytes.toByteArray();
    }

    private static byte[] replaced(byte[] content, String from, String to) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(from);
        return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
    }
}
