package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.Core;
import dev.glimpse.generation.GenerationListener;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.StuckRule;
import dev.glimpse.observability.HealthEndpoints;
import dev.glimpse.observability.Observability;
import dev.glimpse.observability.ObservabilitySettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

// Forwards that take long on a busy machine look stuck.
@Tag("alone")
@Timeout(60)
class ServerHealthTest {
    private static Observability observability(Duration stuckAfter) {
        return new Observability(new ObservabilitySettings(
                "test", new ObservabilitySettings.Traces(Optional.empty(), 1), 1, stuckAfter));
    }

    private static HealthEndpoints.Checks checks(Observability observability, Core core) {
        Readiness readiness = new Readiness();
        ServerHealth health = new ServerHealth(readiness, observability);
        health.loaded(core.service());
        readiness.started();
        readiness.ready();
        return health.checks();
    }

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
        try (Observability observability = observability(Duration.ofHours(1));
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
            assertThat(checks.notes().get())
                    .containsExactly("forwards that were given up and have not come back: 1 on device 0");
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

    @Test
    void deviceThatCannotStartIsNotedAndTheLastOneMakesTheServerUnready() throws Exception {
        try (Observability observability = observability(Duration.ofHours(1));
                Core core = Core.of(2)) {
            HealthEndpoints.Checks checks = checks(observability, core);
            Core.pictures(Core.readAll(breakOne(core)));
            assertThat(checks.ready().get()).isEmpty();
            assertThat(checks.notes().get())
                    .singleElement()
                    .asString()
                    .matches("device [01] cannot start: the device does not answer");

            core.engine().fail(1);
            GenerationStream waiting = core.openPlain(1, 2);
            core.engine().awaitLoads(1);
            assertThat(checks.ready().get())
                    .as("the other one is being started for the first time")
                    .isEmpty();
            core.engine().letLoadsGo(2);
            core.engine().awaitLoads(2);
            assertThat(checks.ready().get())
                    .contains("no device works: 2 cannot start; device 0 cannot start: the device does not answer;"
                            + " device 1 cannot start: the device does not answer");
            assertThat(checks.alive().get()).isEmpty();

            core.engine().failLoads(false);
            core.engine().letAllGo();
            Core.pictures(Core.readAll(waiting));
            assertThat(checks.ready().get()).isEmpty();
        }
    }

    /** Has a device fail, and its first try to start anew; returns whom that hit. */
    private static GenerationStream breakOne(Core core) throws InterruptedException {
        core.engine().holdLoads();
        core.engine().failLoads(true);
        core.engine().fail(1);
        GenerationStream unlucky = core.openPlain(1, 1);
        core.engine().awaitLoads(1);
        core.engine().letLoadsGo(1);
        core.engine().awaitLoads(1);
        return unlucky;
    }

    @Test
    void modelThatIsLoadedForLongMakesAServerOfOneDeviceUnreadyAndDead() throws Exception {
        try (Observability observability = observability(Duration.ofNanos(1));
                Core core = Core.of(1)) {
            HealthEndpoints.Checks checks = checks(observability, core);
            core.engine().holdLoads();
            Future<Void> loaded = core.service().shelf().load(core.engine().source("garments", "2"));
            core.engine().awaitLoads(1);
            // Admitted where the load was begun, and after that.
            GenerationStream waiting = core.openPlain(1, 1);
            String reason = "device 0 has been loading garments/2 for 0 s";
            assertThat(checks.ready().get()).contains("no device works: " + reason);
            assertThat(checks.alive().get()).contains("no device works: " + reason);
            assertThat(checks.notes().get()).containsExactly(reason);

            core.engine().letAllGo();
            Core.await(loaded);
            Core.pictures(Core.readAll(waiting));
            assertThat(checks.ready().get()).isEmpty();
            assertThat(checks.alive().get()).isEmpty();
            assertThat(checks.notes().get()).isEmpty();
        }
    }

    @Test
    void modelThatIsLoadedForLongIsNotedWhileAnotherDeviceWorks() throws Exception {
        try (Observability observability = observability(Duration.ofNanos(1));
                Core core = Core.of(2)) {
            HealthEndpoints.Checks checks = checks(observability, core);
            core.engine().holdLoads();
            core.service().shelf().load(core.engine().source("garments", "2"));
            core.engine().awaitLoads(1);
            Core.pictures(Core.readAll(core.openPlain(1, 1)));
            assertThat(checks.ready().get()).isEmpty();
            assertThat(checks.alive().get()).isEmpty();
            assertThat(checks.notes().get())
                    .singleElement()
                    .asString()
                    .matches("device [01] has been loading garments/2 for 0 s");
        }
    }

    @Test
    void modelMayTakeAWhileToLoad() throws Exception {
        try (Observability observability = observability(Duration.ofHours(1));
                Core core = Core.of(1)) {
            HealthEndpoints.Checks checks = checks(observability, core);
            core.engine().holdLoads();
            core.service().shelf().load(core.engine().source("garments", "2"));
            core.engine().awaitLoads(1);
            core.openPlain(1, 1).cancel();
            assertThat(checks.ready().get()).isEmpty();
            assertThat(checks.notes().get()).isEmpty();
        }
    }

    /** A new process may have what this one lacks. */
    @Test
    void serverWhoseDevicesCannotStartForLongIsDead() throws Exception {
        try (Observability observability = observability(Duration.ofNanos(1));
                Core core = Core.of(1)) {
            HealthEndpoints.Checks checks = checks(observability, core);
            core.engine().failLoadsInNetworks();
            GenerationStream unlucky = breakOne(core);
            assertThat(checks.alive().get())
                    .contains("no device works: 1 cannot start; device 0 cannot start: the device does not answer");

            core.engine().failLoads(false);
            core.engine().letAllGo();
            Core.pictures(Core.readAll(unlucky));
            assertThat(checks.alive().get()).isEmpty();
        }
    }
}
