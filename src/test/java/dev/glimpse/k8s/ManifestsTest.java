package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.access.Anonymity;
import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cluster would refuse, or what would only show once pods run, found in the files. */
class ManifestsTest {
    private final Deployment deployment = Manifests.base("deployment.yaml", Deployment.class);
    private final PodSpec pod = deployment.getSpec().getTemplate().getSpec();
    private final Container container = pod.getContainers().get(0);
    private final Map<String, String> podLabels =
            deployment.getSpec().getTemplate().getMetadata().getLabels();

    static List<Path> files() {
        return Manifests.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFieldIsKnownAndOfItsType(Path file) {
        assertThatCode(() -> Manifests.read(file)).doesNotThrowAnyException();
    }

    @Test
    void aMistypedFieldIsFound(@TempDir Path directory) throws IOException {
        Path wrong = directory.resolve("deployment.yaml");
        Files.writeString(
                wrong,
                Files.readString(Manifests.HOME.resolve("base/deployment.yaml"))
                        .replace("containerPort", "containerPrt"));

        assertThatThrownBy(() -> Manifests.read(wrong))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("containerPrt");
    }

    @Test
    void everyManifestIsUsedByAKustomizationAndEveryUseExists() {
        Set<Path> used = new HashSet<>();
        for (Path file : Manifests.files()) {
            if (Manifests.read(file) instanceof ForeignKinds.Kustomization kustomization) {
                used.add(file);
                uses(kustomization)
                        .map(use -> file.resolveSibling(use).normalize())
                        .forEach(used::add);
            }
        }

        assertThat(used).allSatisfy(file -> assertThat(file).exists());
        assertThat(used).containsAll(Manifests.files());
    }

    @ParameterizedTest
    @ValueSource(strings = {"service.yaml", "service-headless.yaml"})
    void servicesLeadToPortsOfThePod(String file) {
        Service service = Manifests.base(file, Service.class);
        List<String> ports =
                container.getPorts().stream().map(ContainerPort::getName).toList();

        assertThat(service.getSpec().getPorts())
                .extracting(ServicePort::getTargetPort)
                .allSatisfy(target -> assertThat(ports).contains(target.getStrVal()));
        assertThat(podLabels).containsAllEntriesOf(service.getSpec().getSelector());
    }

    @Test
    void theScalerAndTheBudgetMeanTheDeployment() {
        HorizontalPodAutoscaler scaler =
                Manifests.base("horizontal-pod-autoscaler.yaml", HorizontalPodAutoscaler.class);
        PodDisruptionBudget budget = Manifests.base("pod-disruption-budget.yaml", PodDisruptionBudget.class);
        NetworkPolicy policy = Manifests.base("network-policy.yaml", NetworkPolicy.class);

        assertThat(budget.getSpec().getUnhealthyPodEvictionPolicy()).isEqualTo("AlwaysAllow");
        assertThat(scaler.getSpec().getScaleTargetRef().getKind()).isEqualTo(deployment.getKind());
        assertThat(scaler.getSpec().getScaleTargetRef().getName())
                .isEqualTo(deployment.getMetadata().getName());
        assertThat(podLabels)
                .containsAllEntriesOf(budget.getSpec().getSelector().getMatchLabels())
                .containsAllEntriesOf(policy.getSpec().getPodSelector().getMatchLabels())
                .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
    }

    /** The image is built for no other processor. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu"})
    void podsRunWhereTheImageDoes(String overlay) {
        Deployment patch = (Deployment) Manifests.read(
                Manifests.HOME.resolve("overlays").resolve(overlay).resolve("deployment.yaml"));

        assertThat(patch.getSpec().getTemplate().getSpec().getNodeSelector())
                .containsEntry("kubernetes.io/arch", "amd64");
    }

    @Test
    void podsMayNothingThatTheyNeedNot() {
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    }

    @Test
    void probesAskTheAdminPort() {
        assertThat(Stream.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())
                        .map(Probe::getHttpGet))
                .allSatisfy(probe -> assertThat(probe.getPort().getStrVal()).isEqualTo("admin"));
    }

    @Test
    void theServerTakesItsSettingsAndHasTimeToEndItsStreams() {
        Settings settings = settings(Map.of());
        long pause = container.getLifecycle().getPreStop().getSleep().getSeconds();

        assertThat(pod.getTerminationGracePeriodSeconds())
                .isGreaterThan(
                        pause + settings.server().shutdownGrace().toSeconds() + Manifests.LONGEST_FAREWELL_SECONDS);
        assertThat(container.getPorts())
                .extracting(ContainerPort::getContainerPort)
                .containsExactly(settings.server().port(), settings.server().adminPort());
    }

    @Test
    void nobodyAsksWithoutAKey() {
        Settings settings = settings(Map.of());
        Path keys = settings.access().keysFile().orElseThrow();
        Path resumeKeys = settings.resume().keysFile().orElseThrow();
        VolumeMount mount = container.getVolumeMounts().stream()
                .filter(m -> keys.startsWith(m.getMountPath()))
                .findFirst()
                .orElseThrow();
        Volume volume = pod.getVolumes().stream()
                .filter(v -> v.getName().equals(mount.getName()))
                .findFirst()
                .orElseThrow();

        assertThat(settings.access().anonymous()).isEqualTo(Anonymity.NEVER);
        assertThat(resumeKeys).startsWithRaw(Path.of(mount.getMountPath()));
        assertThat(mount.getReadOnly()).isTrue();
        assertThat(volume.getSecret().getSecretName()).isEqualTo("glimpse-keys");
        // A server that started without its keys would refuse everybody, or go on with nobody's streams.
        assertThat(volume.getSecret().getOptional()).isNull();
    }

    @Test
    void anOpenServerIsOneThatSaysSo() {
        Map<String, String> environment = environment("open");

        assertThat(settings(environment).access().anonymous()).isEqualTo(Anonymity.ALWAYS);
    }

    @Test
    void tracesGoWhereThePolicyLetsThem() {
        URI endpoint = settings(environment("traces")).traces().endpoint().orElseThrow();
        NetworkPolicy policy = Manifests.base("network-policy.yaml", NetworkPolicy.class);

        assertThat(policy.getSpec().getEgress())
                .filteredOn(rule ->
                        rule.getPorts().stream().anyMatch(port -> port.getPort().getIntVal() == endpoint.getPort()))
                .singleElement()
                .satisfies(rule -> assertThat(endpoint.getHost())
                        .endsWith("." + namespace(rule.getTo().get(0))));
    }

    @Test
    void prometheusReachesTheAdminPortAndAPodReachesDns() {
        NetworkPolicy policy = Manifests.base("network-policy.yaml", NetworkPolicy.class);

        assertThat(policy.getSpec().getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
        assertThat(policy.getSpec().getIngress())
                .filteredOn(rule -> rule.getPorts().get(0).getPort().getStrVal().equals("admin"))
                .singleElement()
                .satisfies(rule -> assertThat(namespace(rule.getFrom().get(0))).isEqualTo("monitoring"));
        assertThat(policy.getSpec().getEgress())
                .anySatisfy(rule -> assertThat(rule.getPorts())
                        .extracting(port -> port.getProtocol() + port.getPort().getIntVal())
                        .containsExactlyInAnyOrder("UDP53", "TCP53"));
    }

    private static String namespace(NetworkPolicyPeer peer) {
        return peer.getNamespaceSelector().getMatchLabels().get("kubernetes.io/metadata.name");
    }

    private static Settings settings(Map<String, String> environment) {
        return SettingsLoader.load(Optional.of(Manifests.HOME.resolve("base/glimpse.yaml")), environment, List.of());
    }

    /** What a component adds to the container's environment. */
    private static Map<String, String> environment(String component) {
        Deployment patch = (Deployment) Manifests.read(
                Manifests.HOME.resolve("components").resolve(component).resolve("deployment.yaml"));
        return environment(
                patch.getSpec().getTemplate().getSpec().getContainers().get(0));
    }

    private static Map<String, String> environment(Container patch) {
        return patch.getEnv().stream().collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    private static Stream<String> uses(ForeignKinds.Kustomization kustomization) {
        return Stream.of(
                        all(kustomization.resources()),
                        all(kustomization.components()),
                        all(kustomization.patches())
                                .map(ForeignKinds.Patch::path)
                                .filter(path -> path != null),
                        all(kustomization.configMapGenerator()).flatMap(generator -> generator.files().stream()))
                .flatMap(strings -> strings);
    }

    private static <T> Stream<T> all(List<T> list) {
        return list == null ? Stream.of() : list.stream();
    }
}
