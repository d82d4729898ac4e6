package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests for KServe, whose controller would be the first to find what does not fit together. */
class KserveTest {
    static final Path HOME = Manifests.HOME.resolve("overlays/kserve");

    private final KserveKinds.ServingRuntime runtime = runtime();
    private final KserveKinds.InferenceService service = service();
    private final ForeignKinds.Kustomization kustomization =
            (ForeignKinds.Kustomization) Manifests.read(HOME.resolve("kustomization.yaml"));
    private final Container container = runtime.spec().containers().get(0);

    static KserveKinds.ServingRuntime runtime() {
        return (KserveKinds.ServingRuntime) Manifests.read(HOME.resolve("serving-runtime.yaml"));
    }

    static KserveKinds.InferenceService service() {
        return (KserveKinds.InferenceService) Manifests.read(HOME.resolve("inference-service.yaml"));
    }

    static List<Probe> probes() {
        Container container = runtime().spec().containers().get(0);
        return List.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe());
    }

    @Test
    void theServiceAsksForWhatTheRuntimeOffers() {
        KserveKinds.Model model = service.spec().predictor().model();

        assertThat(service.apiVersion()).isEqualTo("serving.kserve.io/v1beta1");
        assertThat(runtime.apiVersion()).isEqualTo("serving.kserve.io/v1alpha1");
        assertThat(model.runtime()).isEqualTo(runtime.metadata().name());
        assertThat(runtime.spec().protocolVersions())
                .containsExactly("v2", "grpc-v2")
                .contains(model.protocolVersion());
        assertThat(runtime.spec().supportedModelFormats())
                .anySatisfy(format ->
                        assertThat(format.name()).isEqualTo(model.modelFormat().name()))
                .anySatisfy(format -> assertThat(format.version())
                        .isEqualTo(model.modelFormat().version()));
    }

    @Test
    void theContainerHasTheNameThatKserveLooksFor() {
        assertThat(runtime.spec().containers()).extracting(Container::getName).containsExactly("kserve-container");
    }

    @Test
    void theImageIsThatOfTheOtherOverlays() {
        ForeignKinds.Kustomization base =
                (ForeignKinds.Kustomization) Manifests.read(Manifests.HOME.resolve("base/kustomization.yaml"));

        assertThat(kustomization.images()).isEqualTo(base.images());
        assertThat(container.getImage()).isEqualTo(base.images().get(0).name());
    }

    /** The image is built for no other processor. */
    @Test
    void podsRunWhereTheImageDoes() {
        assertThat(runtime.spec().nodeSelector()).containsEntry("kubernetes.io/arch", "amd64");
    }

    @Test
    void probesAskPortsThatTheContainerHas() {
        assertThat(probes())
                .extracting(probe -> probe.getHttpGet().getPort().getStrVal())
                .allSatisfy(port -> assertThat(container.getPorts())
                        .extracting(ContainerPort::getName)
                        .contains(port));
    }

    @Test
    void theServerTakesItsSettingsAndHasTimeToEndItsStreams() {
        Settings settings = SettingsLoader.load(Optional.of(HOME.resolve("glimpse.yaml")), Map.of(), List.of());
        long pause = container.getLifecycle().getPreStop().getSleep().getSeconds();

        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains(
                        settings.access().keysFile().orElseThrow().getParent().toString(),
                        settings.resume().keysFile().orElseThrow().getParent().toString());
        assertThat(service.spec().predictor().terminationGracePeriodSeconds())
                .isGreaterThan(
                        pause + settings.server().shutdownGrace().toSeconds() + Manifests.LONGEST_FAREWELL_SECONDS);
        assertThat(container.getPorts())
                .extracting(ContainerPort::getContainerPort)
                .containsExactly(settings.server().port(), settings.server().adminPort());
    }

    /** KServe puts the files of a storageUri there, and without one there is no such directory. */
    @Test
    void aModelThatTheServiceBringsIsServedInPlaceOfTheBuiltInOne(@TempDir Path volume) {
        Settings.Models overlay = models(Map.of());

        assertThat(overlay.directory()).contains(Path.of("/mnt/models"));
        assertThat(overlay.builtInIfAbsent()).isTrue();
        assertThat(models(Map.of("GLIMPSE_MODELS_DIRECTORY", volume.toString())).catalog())
                .contains(volume);
        Path absent = volume.resolve("absent");
        assertThat(models(Map.of("GLIMPSE_MODELS_DIRECTORY", absent.toString())).catalog())
                .isEmpty();
    }

    private static Settings.Models models(Map<String, String> environment) {
        return SettingsLoader.load(Optional.of(HOME.resolve("glimpse.yaml")), environment, List.of())
                .models();
    }

    @Test
    void everyVolumeIsThereAndItsSettingsAreGenerated() {
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyElementsOf(runtime.spec().volumes().stream()
                        .map(volume -> volume.getName())
                        .toList());
        assertThat(kustomization.configMapGenerator()).singleElement().satisfies(generator -> {
            assertThat(generator.name())
                    .isEqualTo(runtime.spec().volumes().get(0).getConfigMap().getName());
            assertThat(generator.options().disableNameSuffixHash()).isTrue();
        });
    }

    @Test
    void podsMayNothingThatTheyNeedNot() {
        assertThat(service.spec().predictor().automountServiceAccountToken()).isFalse();
        assertThat(container.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(container.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    }

    /** Files of a Secret belong to root, and to the group that the pod names; a runtime cannot name it. */
    @Test
    void theContainerMayReadItsKeys() {
        Volume keys = runtime.spec().volumes().stream()
                .filter(volume -> volume.getSecret() != null)
                .findFirst()
                .orElseThrow();

        assertThat(keys.getSecret().getDefaultMode()).isEqualTo(0440);
        assertThat(service.spec().predictor().securityContext().getFsGroup())
                .isEqualTo(container.getSecurityContext().getRunAsGroup());
    }

    /** By what devices do, as the processor tells nothing: by default KServe would look at that. */
    @Test
    void theServiceScalesAsTheOtherOverlaysDo() {
        HorizontalPodAutoscaler base = Manifests.base("horizontal-pod-autoscaler.yaml", HorizontalPodAutoscaler.class);
        HorizontalPodAutoscaler scaler =
                (HorizontalPodAutoscaler) Manifests.read(HOME.resolve("horizontal-pod-autoscaler.yaml"));
        String deployment = service.metadata().name() + "-predictor";

        assertThat(service.metadata().annotations()).containsEntry("serving.kserve.io/autoscalerClass", "external");
        assertThat(scaler.getSpec().getMetrics()).isEqualTo(base.getSpec().getMetrics());
        assertThat(scaler.getSpec().getBehavior()).isEqualTo(base.getSpec().getBehavior());
        assertThat(scaler.getSpec().getScaleTargetRef().getKind()).isEqualTo("Deployment");
        assertThat(scaler.getSpec().getScaleTargetRef().getName()).isEqualTo(deployment);
        // KServe deletes an autoscaler with the name that its own would have.
        assertThat(scaler.getMetadata().getName()).isNotEqualTo(deployment);
        assertThat(scaler.getSpec().getMinReplicas())
                .isEqualTo(service.spec().predictor().minReplicas());
        assertThat(scaler.getSpec().getMaxReplicas())
                .isEqualTo(service.spec().predictor().maxReplicas());
    }

    @Test
    void podsAreSpreadAndNotAllTakenAwayAtOnce() {
        NetworkPolicy policy = (NetworkPolicy) Manifests.read(HOME.resolve("network-policy.yaml"));
        PodDisruptionBudget budget = (PodDisruptionBudget) Manifests.read(HOME.resolve("pod-disruption-budget.yaml"));
        LabelSelector pods = policy.getSpec().getPodSelector();

        assertThat(budget.getSpec().getSelector()).isEqualTo(pods);
        assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(budget.getSpec().getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
        assertThat(service.spec().predictor().topologySpreadConstraints())
                .singleElement()
                .satisfies(spread -> assertThat(spread.getLabelSelector()).isEqualTo(pods));
    }

    /** Whoever reaches the admin port may drain the server. */
    @Test
    void onlyPrometheusReachesTheAdminPort() {
        NetworkPolicy policy = (NetworkPolicy) Manifests.read(HOME.resolve("network-policy.yaml"));
        ForeignKinds.PodMonitor monitor = (ForeignKinds.PodMonitor) Manifests.read(HOME.resolve("pod-monitor.yaml"));
        Map<String, String> pods =
                Map.of("serving.kserve.io/inferenceservice", service.metadata().name());

        assertThat(kustomization.resources()).contains("network-policy.yaml", "pod-monitor.yaml");
        assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(pods);
        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
        assertThat(policy.getSpec().getIngress())
                .extracting(rule -> rule.getPorts().get(0).getPort().getStrVal())
                .containsExactlyElementsOf(container.getPorts().stream()
                        .map(ContainerPort::getName)
                        .toList());
        assertThat(policy.getSpec().getIngress().get(1).getFrom())
                .singleElement()
                .satisfies(peer -> assertThat(peer.getNamespaceSelector().getMatchLabels())
                        .containsExactly(Map.entry("kubernetes.io/metadata.name", "monitoring")));
        assertThat(monitor.spec().selector().matchLabels()).isEqualTo(pods);
        assertThat(monitor.spec().podMetricsEndpoints())
                .containsExactly(new ForeignKinds.Endpoint("admin", "/metrics", "15s"));
    }

    @Test
    void mistypedFieldsAreFoundInKservesOwnPartAndInTheContainer(@TempDir Path directory) throws IOException {
        for (String mistyped : List.of("protocolVersion", "containerPort", "mountPath")) {
            Path wrong = directory.resolve("serving-runtime.yaml");
            Files.writeString(
                    wrong,
                    Files.readString(HOME.resolve("serving-runtime.yaml")).replace(mistyped, mistyped.substring(1)));

            assertThatThrownBy(() -> Manifests.read(wrong)).hasMessageContaining(mistyped.substring(1));
        }
    }
}
