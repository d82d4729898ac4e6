package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The unloaded scenario, on a server that is slower than the times of its requests. */
class OneAtATimeTest {
    private static final long EACH_MILLIS = 40;
    private static final long GAP_MICROS = 5000;
    private static final int TIMEOUT_MILLIS = 5000;
    private static final int REQUESTS = 6;
    private static final double SECONDS = REQUESTS * GAP_MICROS / 1e6;
    private static final List<Arrival> ARRIVALS = IntStream.range(0, REQUESTS)
            .mapToObj(i -> Arrival.plain(i * GAP_MICROS, 1, Preview.NONE))
            .toList();

    private ScriptedServer server;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer(EACH_MILLIS);
        server.parallel();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void eachIsDueWhenTheOneBeforeHasEnded() throws Exception {
        OpenLoop.Outcome outcome = run(ARRIVALS, SECONDS);

        assertThat(outcome.answers()).hasSize(REQUESTS);
        for (int i = 1; i < REQUESTS; i++) {
            long free = endMicros(outcome.answers().get(i - 1));
            assertThat(outcome.answers().get(i).arrival().atMicros())
                    .isEqualTo(Math.max(ARRIVALS.get(i).atMicros(), free));
        }
        // Rates are of the time that it took.
        assertThat(outcome.extent().seconds())
                .isEqualTo(endMicros(outcome.answers().get(REQUESTS - 1)) / 1e6)
                .isGreaterThanOrEqualTo(REQUESTS * EACH_MILLIS / 1000.0);
    }

    @Test
    void noneIsDueBeforeItsTime() throws Exception {
        Arrival later = Arrival.plain(TimeUnit.SECONDS.toMicros(1), 1, Preview.NONE);

        OpenLoop.Outcome outcome = run(List.of(ARRIVALS.get(0), later), 2);

        long free = endMicros(outcome.answers().get(0));
        assertThat(outcome.answers().get(1).arrival().atMicros()).isEqualTo(Math.max(later.atMicros(), free));
        assertThat(outcome.extent().seconds()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void theUnloadedScenarioNeverHasTwoUnderWay() throws Exception {
        assertThat(server(Scenario.W1)).isEqualTo(1);
        assertThat(server(Scenario.W2)).isGreaterThan(1);
    }

    private int server(Scenario scenario) throws Exception {
        GrpcClients.Terms terms = new GrpcClients.Terms(1, TIMEOUT_MILLIS, Map.of(), 1, 2, scenario);
        Trial.Plan plan = new Trial.Plan(scenario, ARRIVALS, SECONDS, 0, terms, 0);
        Slo slo = new Slo(3, Map.of(1, TimeUnit.SECONDS.toNanos(1)));
        new Trial(plan, slo, OpenLoop.unseen(() -> true))
                .run(server.target(), new Trial.Insight(Optional.empty(), Optional.empty()));
        return server.mostAtOnce();
    }

    private OpenLoop.Outcome run(List<Arrival> arrivals, double seconds) throws Exception {
        GrpcClients.Terms terms = new GrpcClients.Terms(1, TIMEOUT_MILLIS, Map.of(), 1, 2, Scenario.W1);
        try (GrpcClients clients = new GrpcClients(server.target(), terms)) {
            return new OpenLoop(clients, TIMEOUT_MILLIS, OpenLoop.unseen(() -> true), true)
                    .run(arrivals, seconds, Map.of());
        }
    }

    private static long endMicros(Answer answer) {
        return answer.arrival().atMicros()
                + TimeUnit.NANOSECONDS.toMicros(answer.times().end());
    }
}
