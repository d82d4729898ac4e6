package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Bfloat16Test {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "fpu avx2 avx512f avx512bw, false",
        "fpu avx2 avx512f avx512_bf16, true",
        "amx_bf16 amx_tile, true",
        "fpu not_avx512_bf16, false"
    })
    void processorHasItThatSaysSo(String flags, boolean has) throws IOException {
        String text = "processor\t: 0\nmodel name\t: avx512_bf16 \u00e9 (R)\nflags\t\t: " + flags + "\n\n";

        assertThat(Bfloat16.isNativeOn(file(text + text))).isEqualTo(has);
    }

    @Test
    void systemThatDescribesNoProcessorsHasNone() {
        assertThat(Bfloat16.isNativeOn(directory.resolve("cpuinfo"))).isFalse();
    }

    private Path file(String text) throws IOException {
        return Files.write(directory.resolve("cpuinfo"), text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
