package dev.glimpse.loadtest;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Arrivals that are sent to a server whose answers and times are known beforehand. */
abstract class AgainstScriptedServer {
    /** What an evaluation takes there. */
    static final long EACH_MILLIS = 100;

    static final int TIMEOUT_MILLIS = 5000;
    static final Slo SLO = new Slo(3, Map.of(1, TimeUnit.MILLISECONDS.toNanos(EACH_MILLIS)));

    ScriptedServer server;
    GrpcClients clients;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(EACH_MILLIS);
        clients = new GrpcClients(server.target(), terms());
    }

    @AfterEach
    void stop() {
        clients.close();
        server.close();
    }

    static GrpcClients.Terms terms() {
        return new GrpcClients.Terms(1, TIMEOUT_MILLIS, Map.of(), 1, 2, Scenario.W2);
    }

    List<Answer> run(List<Arrival> arrivals) throws InterruptedException {
        return new OpenLoop(clients, TIMEOUT_MILLIS, OpenLoop.unseen(() -> true))
                .run(arrivals, 1, Map.of())
                .answers();
    }
}
