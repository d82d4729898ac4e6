package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.Core;
import dev.glimpse.generation.GenerationListener;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.StuckRule;
import dev.glimpse.observability.HealthEndpoints;
import dev.glimpse.observability.Observability;
import dev.glimpse.observability.ObservabilitySettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServerHealthTest {
    @Test
    void threadThatHangsIsNotedAndOneTooManyMakesTheServerUnreadyAndDead() throws Exception {
        BlockingQueue<Integer> hung = new LinkedBlockingQueue<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public void hung(int threads) {
                hung.add(threads);
            }
        };
        Readiness readiness = new Readiness();
        ObservabilitySettings settings = new ObservabilitySettings(
                "test", new ObservabilitySettings.Traces(Optional.empty(), 1), 1, Duration.ofHours(1));
        try (Observability observability = new Observability(settings);
                Core core = Core.impatient(new StuckRule(3, Duration.ofMillis(300), 1), listener)) {
            ServerHealth health = new ServerHealth(readiness, observability);
            HealthEndpoints.Checks checks = health.checks();
            assertThat(checks.ready().get()).contains("starting");
            assertThat(checks.notes().get()).isEmpty();
            health.loaded(core.service());
            readiness.started();
            readiness.ready();

            core.engine().hang(List.of(0));
            Core.readAll(core.openPlain(1, 1));
            assertThat(hung.poll(10, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(checks.ready().get()).isEmpty();
            assertThat(checks.notes().get()).containsExactly("forwards that were given up and have not come back: 1");
            assertThat(checks.alive().get()).isEmpty();

            core.engine().hang(List.of(2));
            GenerationStream waiting = core.openPlain(1, 2);
            assertThat(hung.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(checks.ready().get()).contains("no device works: 2 forwards do not end");
            assertThat(checks.alive().get()).contains("no device works: 2 forwards do not end");

            core.engine().comeBack();
            Core.pictures(Core.readAll(waiting));
            assertThat(checks.ready().get()).isEmpty();
        }
    }
}
