package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelsTest {
    private static final int TIMEOUT_MILLIS = 5000;

    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(100);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void slowReadersTakeTurnsToo() throws Exception {
        Arrival slow = new Arrival(0, 1, 1, Preview.NONE, false, 500_000, 0, "standard", "", 1, false);

        try (GrpcClients clients = clients(3)) {
            run(clients, List.of(slow, slow, slow, slow));
        }

        assertThat(server.connections()).isEqualTo(3);
    }

    /** Each takes so long that all of them are under way at once. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void moreRequestsThanAConnectionHasStreamsUseAnotherOne(boolean reads) throws Exception {
        server.parallel();
        Arrival one = new Arrival(0, 10, 1, Preview.NONE, reads, 1_500_000, 0, "standard", "", 1, false);

        try (GrpcClients clients = clients(1)) {
            run(clients, Collections.nCopies(91, one));
            assertThat(server.connections()).isEqualTo(2);

            // Those of before are over, so that there is room for twice as many.
            run(clients, Collections.nCopies(180, one));
            assertThat(server.connections()).isEqualTo(2);
        }
        assertThat(server.requests()).hasSize(91 + 180);
    }

    @Test
    void aStreamThatIsCutLeavesRoomForTheNext() throws Exception {
        server.parallel();

        try (GrpcClients clients = clients(1)) {
            List<Answer> answers =
                    run(clients, Collections.nCopies(90, Arrival.plain(0, ScriptedServer.CUT, Preview.FREE)));

            assertThat(answers).allMatch(answer -> answer.resumes() == 1);
        }
        assertThat(server.connections()).isEqualTo(1);
    }

    private GrpcClients clients(int connections) {
        return new GrpcClients(
                server.target(), new GrpcClients.Terms(connections, TIMEOUT_MILLIS, Map.of(), 1, 2, Scenario.W2));
    }

    private static List<Answer> run(GrpcClients clients, List<Arrival> arrivals) throws InterruptedException {
        return new OpenLoop(clients, TIMEOUT_MILLIS, OpenLoop.unseen(() -> true))
                .run(arrivals, 1, Map.of())
                .answers();
    }
}
