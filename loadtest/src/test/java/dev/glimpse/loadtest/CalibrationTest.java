package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CalibrationTest {
    /** Of a server that does an evaluation a second for each client, up to so many. */
    @ParameterizedTest
    @CsvSource({"0, 48", "1, 48", "48, 48", "50, 48", "51, 96", "200, 192", "800, 768", "1000000, 1536"})
    void crowdGrowsWhileTheServerDoesMoreForIt(int most, int crowd) {
        assertThat(Calibration.size(clients -> Math.min(clients, most))).isEqualTo(crowd);
    }

    @Test
    void whoeverIsTurnedAwayIsNotInTheCrowd() throws Exception {
        try (ScriptedServer server = new ScriptedServer(20);
                GrpcClients clients =
                        new GrpcClients(server.target(), new GrpcClients.Terms(1, 5000, Map.of(), 1, 2, Scenario.W2))) {
            server.parallel();
            server.holdsAtMost(10);

            // So many at least, as nobody is turned away before they are there.
            assertThat(new Calibration(clients, Preview.NONE).capacity(1).crowd())
                    .isBetween(10, 47);
        }
    }

    @Test
    void crowdKeepsItsMixThoughShortRequestsAreAnsweredSooner() throws Exception {
        try (ScriptedServer server = new ScriptedServer(5)) {
            server.parallel();
            try (GrpcClients clients =
                    new GrpcClients(server.target(), new GrpcClients.Terms(1, 5000, Map.of(), 1, 2, Scenario.W2))) {
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
