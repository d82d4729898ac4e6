package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manifests ask of a server, asked of a real one. */
class ManifestsAgainstServerIT {
    private final Container container = Manifests.base("deployment.yaml", Deployment.class)
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .get(0);

    @Test
    void aReadyServerAnswersEveryProbe(@TempDir Path directory) throws IOException, InterruptedException {
        try (Program server = Program.server(directory)) {
            int admin = Integer.parseInt(server.awaitOutput("^admin .*:(\\d+)/"));
            for (Probe probe :
                    List.of(container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe())) {
                assertThat(InstalledServer.status(admin, probe.getHttpGet().getPath()))
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void aServerTakesTheArgumentsOfTheContainerAndAsksForKeys(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path settings = Manifests.HOME.resolve("base/glimpse.yaml");
        try (InstalledServer server = InstalledServer.start(directory, container, settings)) {
            assertThat(server.status("h2c", "/v1/models")).isEqualTo(401);
            assertThat(server.statusForAlice("/v1/models")).isEqualTo(200);
        }
    }
}
