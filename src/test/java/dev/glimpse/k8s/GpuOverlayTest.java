package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import dev.glimpse.model.DeviceWish;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pods that ask for a GPU, and what they run. */
class GpuOverlayTest {
    private static final Path OVERLAY = Manifests.HOME.resolve("overlays/gpu");

    private final Container container = ((Deployment) Manifests.read(OVERLAY.resolve("deployment.yaml")))
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0);

    @Test
    void whoAsksForAGpuEvaluatesOnNothingElse() {
        Map<String, String> environment =
                container.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
        Settings settings =
                SettingsLoader.load(Optional.of(Manifests.HOME.resolve("base/glimpse.yaml")), environment, List.of());

        assertThat(container.getResources().getLimits()).containsKey("nvidia.com/gpu");
        assertThat(settings.devices().kind()).isEqualTo(DeviceWish.GPU);
        // One worker for each GPU, however many cores the pod has.
        assertThat(settings.devices().workers()).isZero();
    }

    @Test
    void theImageIsTheVariantForCuda() {
        ForeignKinds.Kustomization kustomization =
                (ForeignKinds.Kustomization) Manifests.read(OVERLAY.resolve("kustomization.yaml"));

        assertThat(kustomization.images())
                .singleElement()
                .satisfies(image -> assertThat(image.newTag()).endsWith("-cuda"));
    }
}
