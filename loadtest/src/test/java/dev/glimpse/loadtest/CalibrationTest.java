package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CalibrationTest {
    @Test
    void crowdKeepsItsMixThoughShortRequestsAreAnsweredSooner() throws Exception {
        try (ScriptedServer server = new ScriptedServer(5)) {
            server.parallel();
            try (GrpcClients clients =
                    new GrpcClients(server.target(), new GrpcClients.Terms(1, 5000, Map.of(), 1, Scenario.W2))) {
                new Calibration(clients, Preview.NONE).capacity(3);
            }
            List<Integer> steps = List.copyOf(server.steps().values());
            assertThat(steps).hasSizeGreaterThan(100);
            int all = steps.size();
            // The last of the requests need not be a whole round of twenty.
            assertThat(Collections.frequency(steps, 1)).isBetween(all / 2, all / 2 + 1);
            assertThat(Collections.frequency(steps, 2)).isBetween(all / 20 * 5, all / 20 * 5 + 5);
            assertThat(Collections.frequency(steps, 18)).isEqualTo(all / 20);
        }
    }
}
