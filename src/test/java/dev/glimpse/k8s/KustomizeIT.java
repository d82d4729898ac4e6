package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests as kubectl renders them, held to the schemas of a release of Kubernetes, required fields included. */
class KustomizeIT {
    private static final Path TOOLS = Path.of("src/test/tools").toAbsolutePath();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    @TempDir
    private Path directory;

    /** What a command printed, and how it ended. */
    private record Run(int status, String out, String err) {}

    static List<Path> kustomizations() {
        return Manifests.files().stream()
                .filter(file -> Manifests.kind(file).equals("Kustomization"))
                .map(Path::getParent)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("kustomizations")
    void everyKustomizationRendersToWhatAClusterWouldTake(Path kustomization) throws Exception {
        String rendered = render(kustomization);

        assertThat(documents(rendered)).isNotEmpty();
        Run validated = validate(rendered);
        assertThat(validated.status()).as(validated.out() + validated.err()).isZero();
    }

    @Test
    void aFieldThatIsMissingOrUnknownIsFound() throws Exception {
        String rendered = render(Manifests.HOME.resolve("overlays/cpu"));

        assertThat(validate(rendered.replace("scaleTargetRef", "scaleTarget")).status())
                .isNotZero();
        assertThat(validate(rendered.replaceAll("(?m)^  strategy:$", "  tactics:"))
                        .status())
                .isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void aClusterTakesTheServersWithoutOperatorsOfOthers(String overlay) throws Exception {
        assertThat(documents(render(Manifests.HOME.resolve("overlays").resolve(overlay))))
                .isNotEmpty()
                .allSatisfy(document -> assertThat(document.get("apiVersion").asText())
                        .matches("((apps|autoscaling|policy|networking\\.k8s\\.io)/)?v\\d"));
    }

    @Test
    void theDeploymentTakesTheSettingsThatAreRendered() throws Exception {
        List<JsonNode> documents = documents(render(Manifests.HOME.resolve("overlays/cpu")));
        String settings = only(documents, "ConfigMap").at("/metadata/name").asText();

        assertThat(settings).startsWith("glimpse-settings-");
        assertThat(only(documents, "Deployment").at("/spec/template/spec/volumes"))
                .anySatisfy(volume ->
                        assertThat(volume.at("/configMap/name").asText()).isEqualTo(settings));
    }

    @Test
    void aComponentLetsEverybodyAskOnlyWhereItIsNamed() throws Exception {
        assertThat(render(Manifests.HOME.resolve("overlays/cpu"))).doesNotContain("GLIMPSE_ACCESS_ANONYMOUS");
        assertThat(render(with("open"))).contains("name: GLIMPSE_ACCESS_ANONYMOUS\n          value: always\n");
    }

    @Test
    void aComponentSendsTraces() throws Exception {
        assertThat(render(with("traces"))).contains("name: GLIMPSE_TRACES_ENDPOINT\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void aComponentScalesInPlaceOfTheAutoscaler(String overlay) throws Exception {
        List<String> kinds = documents(render(with(overlay, "keda"))).stream()
                .map(document -> document.get("kind").asText())
                .toList();

        assertThat(kinds).contains("ScaledObject").doesNotContain("HorizontalPodAutoscaler");
    }

    private Path with(String component) throws IOException {
        return with("cpu", component);
    }

    /** An overlay with a component, as somebody would name it in an overlay of their own. */
    private Path with(String overlay, String component) throws IOException {
        Path home = directory.toRealPath().relativize(Manifests.HOME.toRealPath());
        Files.writeString(directory.resolve("kustomization.yaml"), """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                resources: [%s/overlays/%s]
                components: [%s/components/%s]
                """.formatted(home, overlay, home, component));
        return directory;
    }

    private String render(Path kustomization) throws Exception {
        Run run = run("kubectl", "kustomize", kustomization.toString());
        assertThat(run.status()).as(run.err()).isZero();
        return run.out();
    }

    private Run validate(String rendered) throws Exception {
        Path file = Files.writeString(directory.resolve("rendered.yaml"), rendered);
        return run("kubernetes-validate", "--strict", file.toString());
    }

    private static List<JsonNode> documents(String rendered) throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        YAML.readerFor(JsonNode.class).<JsonNode>readValues(rendered).forEachRemaining(documents::add);
        return documents;
    }

    private static JsonNode only(List<JsonNode> documents, String kind) {
        List<JsonNode> found = documents.stream()
                .filter(document -> document.get("kind").asText().equals(kind))
                .toList();
        assertThat(found).as(kind).hasSize(1);
        return found.get(0);
    }

    private Run run(String tool, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(TOOLS.resolve(tool).toString()));
        command.addAll(List.of(args));
        Path out = directory.resolve("out.txt");
        Path err = directory.resolve("err.txt");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES))
                    .as("%s ends", command)
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
