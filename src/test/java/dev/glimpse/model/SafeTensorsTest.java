package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
    private static final String HUGE_HEADER =
            "{\"a\":{\"dtype\":\"F16\",\"shape\":[805306368],\"data_offsets\":[0,1610612736]},"
                    + "\"b\":{\"dtype\":\"U8\",\"shape\":[1610612736],\"data_offsets\":[1610612736,3221225472]},"
                    + "\"last\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[3221225472,3221225480]}}";

    @Test
    void writtenFileIsReadBackAsItWas(@TempDir Path directory) throws IOException {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        tensors.put("b", HostTensor.of(new float[] {1, -2.5f, 3e-30f}, List.of(3L)));
        tensors.put("a", HostTensor.of(new float[] {7}, List.of()));
        Path file = directory.resolve("x.safetensors");
        new SafeTensors(tensors, Map.of("k", "v \"quoted\"")).write(file);

        SafeTensors read = SafeTensors.read(file);
        assertThat(read.metadata()).containsExactly(Map.entry("k", "v \"quoted\""));
        assertThat(read.tensors().keySet()).containsExactly("b", "a");
        assertThat(read.tensors().get("b").floats()).containsExactly(1, -2.5f, 3e-30f);
        assertThat(read.tensors().get("a").shape()).isEmpty();
        assertThat(directory.toFile().list()).containsExactly("x.safetensors");
    }

    /** As on a full disk, of which it may hold gigabytes. */
    @Test
    void aFileThatFailsHalfWayLeavesNothing(@TempDir Path directory) {
        List<Long> shape = List.of(1L);
        HostTensor first = HostTensor.of(new float[] {1}, shape);
        List<SafeTensorsWriter.Entry> entries = List.of(
                new SafeTensorsWriter.Entry("first", first.type(), shape, () -> first),
                new SafeTensorsWriter.Entry("second", first.type(), shape, () -> {
                    throw new IllegalStateException("no second");
                }));

        assertThatThrownBy(() -> SafeTensorsWriter.write(directory.resolve("x.safetensors"), Map.of(), entries))
                .hasMessage("no second");

        assertThat(directory).isEmptyDirectory();
    }

    /** The file is a hole but for its ends, so that it takes no disk. */
    @Test
    void fileThatNoBufferHoldsIsReadTensorByTensor(@TempDir Path directory) throws IOException {
        long size = 3L << 30;
        long last = 8 + HUGE_HEADER.length() + size;
        Path file = directory.resolve("huge.safetensors");
        ByteBuffer values = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            ByteBuffer prefix = ByteBuffer.allocate(8 + HUGE_HEADER.length()).order(ByteOrder.LITTLE_ENDIAN);
            prefix.putLong(HUGE_HEADER.length()).put(HUGE_HEADER.getBytes(StandardCharsets.UTF_8));
            channel.write(prefix.flip(), 0);
            channel.write(values.putFloat(1.5f).putFloat(-2).flip(), last);
        }
        SafeTensors read = SafeTensors.read(file);
        assertThat(read.tensors().get("last").floats()).containsExactly(1.5f, -2);
        assertThat(read.tensors().get("a").size()).isEqualTo(3 << 28);
        assertThat(read.tensors().get("b").data().get(0)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void checksumIsThatOfAllPieces(int most, @TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("abc"), "abc");
        String expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assertThat(new FileContent.Whole(ByteBuffer.wrap(Files.readAllBytes(file))).sha256(most))
                .isEqualTo(expected);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            assertThat(new FileContent.Mapped(channel, 3).sha256(most)).isEqualTo(expected);
        }
    }

    @Test
    void tensorsStartOnEightByteBoundaries(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("x.safetensors");
        new SafeTensors(Map.of("t", HostTensor.of(new float[] {1}, List.of(1L))), Map.of()).write(file);
        long header = ByteBuffer.wrap(Files.readAllBytes(file))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        assertThat(header % 8).isZero();
    }

    @Test
    void everyHalfSurvivesTheWayToFloatAndBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float value = Half.toFloat((short) bits);
            if (Float.isNaN(value)) {
                assertThat(Half.toFloat(Half.fromFloat(value))).isNaN();
            } else {
                assertThat(Half.fromFloat(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halfRoundsToTheNearestAndTiesToEven() {
        assertThat(Half.toFloat(Half.fromFloat(1 + 0x1p-11f))).isEqualTo(1f);
        assertThat(Half.toFloat(Half.fromFloat(1 + 3 * 0x1p-11f))).isEqualTo(1 + 0x1p-9f);
        assertThat(Half.toFloat(Half.fromFloat(0x1p-25f))).isZero();
        assertThat(Half.toFloat(Half.fromFloat(1.5f * 0x1p-24f))).isEqualTo(0x1p-23f);
        assertThat(Half.toFloat(Half.fromFloat(65519f))).isEqualTo(65504f);
        assertThat(Half.toFloat(Half.fromFloat(65520f))).isInfinite();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,400]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[-1,-1],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":{},\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,4]}}",
                "{\"__metadata__\":{\"a\":{}}}",
                "{\"t\":{\"dtype\":\"F64\",\"shape\":[2305843009213693952],\"data_offsets\":[0,0]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[18446744073709551617],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4.5]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"shape\":[1]}}",
                "{\"t\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                        + "\"t\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
                        + "\"u\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                "{\"t\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]},"
                        + "\"u\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
                "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} 7",
                "{\"t\":[]}",
                "[]",
                "{"
            })
    void brokenHeaderIsRefusedByTheFilesName(String header) {
        assertThatThrownBy(() -> SafeTensors.parse(file(header), "odd.safetensors"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("odd.safetensors: ");
    }

    @Test
    void brokenTensorIsNamedWithWhatWouldDo() {
        assertThatThrownBy(() -> SafeTensors.parse(
                        file("{\"a.weight\":{\"dtype\":\"F8_E4M3\",\"shape\":[4],\"data_offsets\":[0,4]}}"), "x"))
                .hasMessage("x: broken header (a.weight: dtype: F8_E4M3 (expected: one of"
                        + " [F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL]))");
        assertThatThrownBy(() -> SafeTensors.parse(
                        file("{\"a.weight\":{\"dtype\":\"F32\",\"shape\":[100],\"data_offsets\":[0,400]}}"), "x"))
                .hasMessage("x: broken header (a.weight: data_offsets: 0..400 (expected: within 0..4))");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a.weight':{'dtype':null,'shape':[1],'data_offsets':[0,4]}}|a.weight: dtype: null (expected: a text)",
                "{'a.weight':{'dtype':5,'shape':[1],'data_offsets':[0,4]}}|a.weight: dtype: 5 (expected: a text)",
                "{'a':{'dtype':'F32','shape':{},'data_offsets':[0,4]}}"
                        + "|a: shape: {} (expected: a list of whole numbers)",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':null}}"
                        + "|a: data_offsets: null (expected: a list of whole numbers)",
                "{'__metadata__':{'a':{'b':1}}}|__metadata__.a: {'b':1} (expected: a text)",
                "{'__metadata__':{'a':null}}|__metadata__.a: null (expected: a text)"
            },
            quoteCharacter = '~')
    void valueOfAnotherKindIsNamedWithWhatWouldDo(String header, String problem) {
        assertThatThrownBy(() -> SafeTensors.parse(file(header.replace('\'', '"')), "x"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("x: broken header (" + problem.replace('\'', '"') + ")");
    }

    @Test
    void tensorsWithoutValuesMayStandAnywhere() {
        SafeTensors read = SafeTensors.parse(
                file("{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]},"
                        + "\"none\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[2,2]},"
                        + "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}   "),
                "x");
        assertThat(read.tensors().keySet()).containsExactly("b", "none", "a");
    }

    private static ByteBuffer file(String header) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        return file.putLong(json.length).put(json).putInt(0).flip();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 20})
    void truncatedFileIsRefused(int length) {
        ByteBuffer file = ByteBuffer.allocate(Math.max(8, length)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(0, 1000).limit(length);
        assertThatThrownBy(() -> SafeTensors.parse(file, "short.safetensors"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("short.safetensors");
    }
}
