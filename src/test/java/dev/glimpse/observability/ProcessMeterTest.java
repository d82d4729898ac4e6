package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMeterTest {
    /** Far more than all else of a test takes. */
    private static final long LARGE = 1L << 30;

    @TempDir
    Path directory;

    private final Meters meters = new Meters();

    /** Of weights that nobody has read yet, nothing is in memory. */
    @Test
    void aFileThatIsMappedIsNoneOfTheBuffers() throws Exception {
        try (ProcessMeter process = new ProcessMeter(meters, "test")) {
            assertThat(process).isNotNull();
            assertThat(bytes("mapped")).isLessThan(LARGE);
            MappedByteBuffer weights = mapped();

            assertThat(bytes("mapped")).isGreaterThanOrEqualTo(LARGE);
            assertThat(bytes("buffers")).isBetween(0.0, LARGE / 2.0);
            assertThat(weights.capacity()).isEqualTo((int) LARGE);
        } finally {
            meters.close();
        }
    }

    /** A file with a hole in place of bytes. */
    private MappedByteBuffer mapped() throws IOException {
        Path file = Files.createFile(directory.resolve("model.safetensors"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, LARGE);
        }
    }

    private double bytes(String kind) {
        String beginning = "glimpse_process_memory_bytes{kind=\"" + kind + "\"} ";
        return meters.scrape()
                .lines()
                .filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(beginning.length())))
                .sum();
    }
}
