package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The three official sizes for real, each in a process of its own whose heap is too small for its weights. What each
 * took stays in {@code target/full-size}.
 */
// It takes gigabytes of memory, and may take minutes.
@Tag("alone")
class FullSizeIT {
    private static final long LIMIT_SECONDS = 240;

    @TempDir
    Path catalog;

    @ParameterizedTest
    @CsvSource({"CIFAR10_UNCOND, F32, 1024", "CIFAR10_COND, F16, 1024", "IMAGENET64, F16, 4096"})
    void officialSizeIsWrittenReadAndEvaluatedInBoundedMemory(OfficialSizes size, ElementType type, long mib)
            throws IOException, InterruptedException {
        Properties facts = run(size, type);
        long parameters =
                size.config.parameters().stream().mapToLong(Parameter::size).sum();
        assertThat(Long.parseLong(facts.getProperty("parameters"))).isEqualTo(parameters);
        assertThat(Long.parseLong(facts.getProperty("file_bytes"))).isGreaterThan(parameters * type.bytes());
        assertThat(facts.getProperty("equal")).isEqualTo("true");
        assertThat(Double.parseDouble(facts.getProperty("largest")))
                .isPositive()
                .isFinite();
        assertThat(Long.parseLong(facts.getProperty("peak_rss_mib"))).isLessThan(mib);
    }

    private Properties run(OfficialSizes size, ElementType type) throws IOException, InterruptedException {
        Path target = Files.createDirectories(Path.of("target", "full-size"));
        Path facts = target.resolve(size.name().toLowerCase(Locale.ROOT) + ".properties");
        Files.deleteIfExists(facts);
        Path output = catalog.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-DOPT_OUT_TRACKING=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullSizeRun.class.getName(),
                        size.name(),
                        type.name(),
                        catalog.toString(),
                        facts.toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(facts)) {
            properties.load(in);
        }
        return properties;
    }
}
