package dev.glimpse.k8s;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The manifests under {@code k8s/}, read with the types of the Kubernetes API. */
final class Manifests {
    /** What a server that stops takes at most behind its shutdown grace: the steps of its close, each at its limit. */
    static final int LONGEST_FAREWELL_SECONDS = 2 + 2 + 2 + 2 + 3 + 2;

    static final Path HOME = Path.of("k8s");

    /** Kinds of others that the Kubernetes API has no types for, each with what it may hold. */
    private static final Map<String, Class<?>> FOREIGN = Map.of(
            "ServiceMonitor", ForeignKinds.ServiceMonitor.class,
            "PodMonitor", ForeignKinds.PodMonitor.class,
            "PrometheusRule", ForeignKinds.PrometheusRule.class,
            "ScaledObject", ForeignKinds.ScaledObject.class,
            "ServingRuntime", KserveKinds.ServingRuntime.class,
            "InferenceService", KserveKinds.InferenceService.class,
            "Kustomization", ForeignKinds.Kustomization.class,
            "Component", ForeignKinds.Kustomization.class);

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private Manifests() {}

    /** Every YAML file that holds a manifest, in the order of their paths. */
    static List<Path> files() {
        try (Stream<Path> all = Files.walk(HOME)) {
            return all.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> tree(file).containsKey("kind"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String kind(Path file) {
        return (String) tree(file).get("kind");
    }

    /** Reads a file into the type of its kind; fails on a field that the type does not know. */
    static Object read(Path file) {
        Class<?> foreign = FOREIGN.get(kind(file));
        if (foreign != null) {
            Object typed = YAML.convertValue(tree(file), foreign);
            UnknownFields.failOn(file.toString(), typed);
            return typed;
        }
        try {
            Object typed = SERIALIZATION.unmarshal(Files.readString(file));
            UnknownFields.failOn(file.toString(), typed);
            return typed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The manifest of {@code base/} with this name, typed. */
    static <T extends HasMetadata> T base(String file, Class<T> type) {
        return type.cast(read(HOME.resolve("base").resolve(file)));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> tree(Path file) {
        try {
            return YAML.readValue(file.toFile(), Map.class);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
