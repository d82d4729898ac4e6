package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The description of the image for CUDA, whose gigabytes no test can fetch, held to what it has to fit: the engine, the
 * build, and itself.
 */
class ContainerfileTest {
    private static String containerfile;

    @BeforeAll
    static void read() throws IOException {
        containerfile = Files.readString(Manifests.HOME.resolve("image/Containerfile"));
    }

    @Test
    void theEngineHasALibraryForItsFlavour() {
        String library = "/jnilib/linux-x86_64/" + only("PYTORCH_FLAVOR=(\\S+)") + "/libdjl_torch.so";

        assertThat(ContainerfileTest.class.getResource(library)).as(library).isNotNull();
    }

    @Test
    void pyTorchIsOfTheVersionThatTheEngineWasBuiltFor() throws IOException {
        Properties engine = new Properties();
        try (InputStream in = ContainerfileTest.class.getResourceAsStream("/jnilib/pytorch.properties")) {
            engine.load(in);
        }
        String version = only("PYTORCH_VERSION=(\\S+)");

        assertThat(engine.getProperty("jni_version")).startsWith(version + "-");
        assertThat(only("torch==(\\S+)")).isEqualTo(version);
        assertThat(only("--index-url \\S+/(\\w+)\\b")).isEqualTo(only("PYTORCH_FLAVOR=(\\S+)"));
        assertThat(only("PYTORCH_LIBRARY_PATH=(\\S+)")).isEqualTo(only("--target (\\S+)") + "/torch/lib");
        // The toolkit of the image underneath is of the same release.
        assertThat(only("cuda:(\\d+\\.\\d+)").replace(".", "")).isEqualTo(only("PYTORCH_FLAVOR=cu(\\d+)"));
    }

    /** Which tells what to set where there is no image. */
    @Test
    void readmeSetsTheSameVariables() throws IOException {
        String section = Files.readString(Path.of("README.md"))
                .replaceFirst("(?s).*\n## GPUs\n", "")
                .replaceFirst("(?s)\n## .*", "");
        String home = only("PYTORCH_LIBRARY_PATH=(\\S+)/torch/lib");

        for (String name : List.of(
                "PYTORCH_LIBRARY_PATH",
                "PYTORCH_VERSION",
                "PYTORCH_FLAVOR",
                "PYTORCH_LIBRARY_EXCLUSION",
                "NVIDIA_TF32_OVERRIDE")) {
            assertThat(section).contains("export " + name + "=" + only(name + "=(\\S+)") + "\n");
        }
        assertThat(section)
                .contains("pip3 install --target " + home + " torch==" + only("torch==(\\S+)") + " --index-url "
                        + only("--index-url (\\S+)") + "\n")
                .contains("export JAVA_OPTS=-Djna.library.path=" + home + "/nvidia/cuda_runtime/lib\n");
    }

    @Test
    void floatsKeepAllTheirBitsOnGpus() {
        // PyTorch lets cuDNN round the inputs of convolutions to TF32 unless it is told otherwise.
        assertThat(only("NVIDIA_TF32_OVERRIDE=(\\S+)")).isEqualTo("0");
    }

    /** But for what depends on a terminal, which an image has none of. */
    @Test
    void javaHasTheLaunchersOptions() throws IOException {
        String layOut = Files.readString(Manifests.HOME.resolve("image/lay-out"));
        List<String> launchers = Pattern.compile("^ +(-[DX]\\S+) ", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("src/main/launcher/glimpse")))
                .results()
                .map(option -> option.group(1))
                .filter(option -> !option.contains("$"))
                .toList();

        assertThat(launchers)
                .hasSizeGreaterThan(3)
                .allSatisfy(
                        option -> assertThat(layOut).containsPattern("options=\".*" + Pattern.quote(option) + "[ \"]"));
        assertThat(containerfile).doesNotContain("JAVA_OPTIONS");
    }

    @Test
    void everyLayerIsOneThatTheBuildLaysOut() throws IOException {
        String layOut = Files.readString(Manifests.HOME.resolve("image/lay-out"));

        assertThat(all("/build/layers/(\\w+)/"))
                .isNotEmpty()
                .allSatisfy(layer -> assertThat(layOut).contains("$layers/" + layer));
        assertThat(all("^COPY (?!--from)(\\S+)")).containsExactly("target/glimpse", "k8s/image/lay-out");
    }

    private static String only(String pattern) {
        List<String> found = all(pattern);
        assertThat(found).as(pattern).hasSize(1);
        return found.get(0);
    }

    private static List<String> all(String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(containerfile)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }
}
