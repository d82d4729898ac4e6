package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.testing.PickleWriter;
import dev.glimpse.testing.TorchSave;
import dev.glimpse.testing.TorchSave.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reader of PyTorch's archives against two small ones that PyTorch 2.0 itself wrote, and against archives that lie.
 *
 * <p>plain.pt: a.weight = arange(6) as [2, 3] and a.bias = [1, 2]. views.pt: a dict of plain values whose "ema" holds
 * windows into arange(24) as [2, 3, 4] and [0, 1] in every type.
 */
class TorchFileTest {
    private static final List<Long> SHAPE = List.of(2L, 3L);

    @TempDir
    Path directory;

    @Test
    void testsWriteWhatPyTorchWrites() throws IOException {
        Map<String, Window> windows = new LinkedHashMap<>();
        windows.put("a.weight", Window.whole("0", SHAPE));
        windows.put("a.bias", Window.whole("1", List.of(2L)));
        Map<String, byte[]> storages = new LinkedHashMap<>();
        storages.put("0", floats(0, 1, 2, 3, 4, 5));
        storages.put("1", floats(1, 2));
        assertThat(TorchSave.stateDict("plain", windows, storages)).isEqualTo(resource("plain.pt"));
    }

    @Test
    void stateDictOfPyTorchIsReadWhole() throws IOException {
        try (WeightFile file = WeightFile.open(file(resource("plain.pt")), Optional.empty())) {
            assertThat(file.shapes()).isEqualTo(Map.of("a.weight", SHAPE, "a.bias", List.of(2L)));
            assertThat(file.read("a.weight")).containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(file.read("a.bias")).containsExactly(1, 2);
        }
    }

    @Test
    void movingAverageIsTakenFromADictOfDicts() throws IOException {
        try (WeightFile file = WeightFile.open(file(resource("views.pt")), Optional.empty())) {
            assertThat(file.entry()).isEqualTo("ema");
        }
        try (WeightFile file = WeightFile.open(file(resource("views.pt")), Optional.of("net"))) {
            assertThat(file.shapes()).containsOnlyKeys("x.weight");
        }
        assertThatThrownBy(() -> WeightFile.open(file(resource("views.pt")), Optional.of("best")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageEndingWith("some.pt: entry: best (expected: one of ema, net)");
    }

    @Test
    void stridedWindowsAreReadInTheirOwnOrder() throws IOException {
        try (WeightFile file = WeightFile.open(file(resource("views.pt")), Optional.empty())) {
            // transposed[i][j][k] = whole[k][j][i] = 12 k + 4 j + i.
            float[] expected = new float[24];
            for (int at = 0; at < expected.length; at++) {
                int i = at / 6;
                int j = at / 2 % 3;
                expected[at] = 12 * (at % 2) + 4 * j + i;
            }
            assertThat(file.shapes().get("transposed")).containsExactly(4L, 3L, 2L);
            assertThat(file.read("transposed")).isEqualTo(expected);
            // window = whole[1, 1:, ::2].
            assertThat(file.shapes().get("window")).containsExactly(2L, 2L);
            assertThat(file.read("window")).containsExactly(16, 18, 20, 22);
            assertThat(file.read("parameter")).containsExactly(0, 2, 1, 3);
        }
    }

    @Test
    void scalarsAndEmptyTensorsAreRead() throws IOException {
        try (WeightFile file = WeightFile.open(file(resource("views.pt")), Optional.empty())) {
            assertThat(file.shapes().get("scalar")).isEmpty();
            assertThat(file.read("scalar")).containsExactly(7);
            assertThat(file.shapes().get("empty")).containsExactly(0L, 3L);
            assertThat(file.read("empty")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"float16", "bfloat16", "float64", "int64", "int32", "int16", "int8", "uint8", "bool"})
    void everyTypeIsReadAsFloats(String type) throws IOException {
        try (WeightFile file = WeightFile.open(file(resource("views.pt")), Optional.empty())) {
            assertThat(file.read(type)).containsExactly(0, 1);
        }
    }

    @Test
    void truncatedFileIsRefusedWhereverItEnds() throws IOException {
        byte[] whole = resource("plain.pt");
        for (int length = 0; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length), "expected:");
        }
    }

    @Test
    void everyChangedByteIsNoticedOrChangesNothing() throws IOException {
        byte[] whole = resource("plain.pt");
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) 0xFF;
            try (WeightFile file = WeightFile.open(file(changed), Optional.empty())) {
                assertThat(file.read("a.weight")).containsExactly(0, 1, 2, 3, 4, 5);
                assertThat(file.read("a.bias")).containsExactly(1, 2);
            } catch (ModelFormatException e) {
                assertThat(e).hasMessageContaining("some.pt: ").hasMessageContaining("expected: ");
            }
        }
    }

    @Test
    void newerFormatWithMoreMembersIsRead() throws IOException {
        byte[] archive = archive(Window.whole("0", SHAPE))
                .member("byteorder", "little".getBytes(StandardCharsets.US_ASCII))
                .member(".format_version", "1".getBytes(StandardCharsets.US_ASCII))
                .member(".data/serialization_id", "0123456789".getBytes(StandardCharsets.US_ASCII))
                .end();
        try (WeightFile file = WeightFile.open(file(archive), Optional.empty())) {
            assertThat(file.read("a.weight")).containsExactly(0, 1, 2, 3, 4, 5);
        }
    }

    @Test
    void bigEndianValuesAreRefused() throws IOException {
        refused(
                archive(Window.whole("0", SHAPE))
                        .member("byteorder", "big".getBytes(StandardCharsets.US_ASCII))
                        .end(),
                "byteorder: big (expected: little)");
    }

    @Test
    void compressedMembersAreRefusedBeforeTheyUnfold() throws IOException {
        refused(archive(Window.whole("0", SHAPE)).claiming(8).end(), "data.pkl: compressed (expected: stored");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "data/../../evil", "/evil", "data\\evil"})
    void namesThatLeadElsewhereAreRefused(String name) throws IOException {
        refused(
                archive(Window.whole("0", SHAPE)).member(name, new byte[1]).end(),
                "member a/" + name + " (expected: all members below one directory");
    }

    @Test
    void storageNamesCannotLeadElsewhere() throws IOException {
        refused(archive(Window.whole("../data.pkl", SHAPE)).end(), "storage: ../data.pkl (expected: a name of");
    }

    @Test
    void programsForTorchScriptAreRefused() throws IOException {
        refused(
                archive(Window.whole("0", SHAPE))
                        .member("constants.pkl", new byte[1])
                        .end(),
                "a TorchScript archive (expected: a state dict");
    }

    @Test
    void missingStorageIsNamed() throws IOException {
        refusedOnRead(archive(Window.whole("9", SHAPE)).end(), "a.weight: data/9: missing");
    }

    @Test
    void storageOfAnotherSizeIsRefused() throws IOException {
        refusedOnRead(
                archive(new Window("FloatStorage", "0", 7, 0, SHAPE, List.of(3L, 1L)))
                        .end(),
                "a.weight: storage 0: 24 bytes (expected: 28, as the pickle tells)");
        refusedOnRead(
                archive(new Window("DoubleStorage", "0", 6, 0, SHAPE, List.of(3L, 1L)))
                        .end(),
                "a.weight: storage 0: 24 bytes (expected: 48");
    }

    @Test
    void oneValueCannotClaimToBeMany() throws IOException {
        refused(
                archive(new Window("FloatStorage", "0", 6, 0, List.of(30_000L, 30_000L), List.of(0L, 0L)))
                        .end(),
                "tensors of 3600000000 bytes in a file of");
    }

    @Test
    void stateDictThatHoldsItselfIsRefused() throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').put().text("me").op('h', 0, 's');
        refused(
                new TorchSave("a").member("data.pkl", pickle.end()).end(),
                "no state dict in it (expected: a dict whose values are tensors)");
    }

    @Test
    void otherFilesAreToldByTheirFirstBytes() throws IOException {
        refused("<!DOCTYPE html><html>".getBytes(StandardCharsets.US_ASCII), "starts with \"<!DOCTYPE html><\"");
        refused(new byte[] {(byte) 0x80, 2, (byte) 0x8A, 10}, "a bare pickle (expected: the zip form of torch.save");
        refused(new byte[] {27, '[', '2', 'J'}, "starts with \"?[2J\"");
    }

    private void refused(byte[] content, String message) throws IOException {
        Path file = file(content);
        assertThatThrownBy(() -> WeightFile.open(file, Optional.empty()).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContaining(message);
    }

    private void refusedOnRead(byte[] content, String message) throws IOException {
        try (WeightFile file = WeightFile.open(file(content), Optional.empty())) {
            assertThatThrownBy(() -> file.read("a.weight"))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("some.pt: " + message);
        }
    }

    /** An archive with a.weight as that window, and the storage 0 of six values. */
    private static TorchSave archive(Window window) {
        PickleWriter pickle = new PickleWriter();
        pickle.op('}').put().text("a.weight").tensor(window).op('s');
        return new TorchSave("a").member("data.pkl", pickle.end()).member("data/0", floats(0, 1, 2, 3, 4, 5));
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(directory.resolve("some.pt"), content);
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = TorchFileTest.class.getResourceAsStream("/torch/" + name)) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }
}
