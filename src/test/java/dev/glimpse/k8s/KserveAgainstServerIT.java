package dev.glimpse.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What KServe and its clients ask of a server, asked of a real one with the settings of the overlay. */
class KserveAgainstServerIT {
    @Test
    void aReadyServerAnswersEveryProbeAndServesTheModelThatTheServiceIsNamedAfter(@TempDir Path directory)
            throws Exception {
        Container container = KserveTest.runtime().spec().containers().get(0);
        Path settings = KserveTest.HOME.resolve("glimpse.yaml");
        try (InstalledServer server = InstalledServer.start(directory, container, settings)) {
            for (Probe probe : KserveTest.probes()) {
                String port = probe.getHttpGet().getPort().getStrVal();
                assertThat(server.status(port, probe.getHttpGet().getPath()))
                        .as(probe.getHttpGet().getPath())
                        .isEqualTo(200);
            }
            String ready = "/v2/models/" + KserveTest.service().metadata().name() + "/ready";
            assertThat(server.status("h2c", ready)).isEqualTo(401);
            assertThat(server.statusForAlice(ready)).isEqualTo(200);
        }
    }
}
