package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two models on one device. */
@Timeout(60)
class DeviceTurnsTest {
    private static final String GARMENTS = "garments/1";
    private static final String SHOES = "shoes/1";
    private static final Duration FORWARD = Duration.ofMillis(20);

    /** The lanes whose forwards began, in order. */
    private static final class Turns implements GenerationListener {
        private final BlockingQueue<String> lanes = new LinkedBlockingQueue<>();

        @Override
        public SchedulerListener opened(String lane, SchedulerSettings settings) {
            return new SchedulerListener() {
                @Override
                public void started(Batch batch, int waitingJobs) {
                    lanes.add(lane);
                }
            };
        }

        String next() throws InterruptedException {
            String lane = lanes.poll(10, TimeUnit.SECONDS);
            assertThat(lane).isNotNull();
            return lane;
        }
    }

    private final Turns turns = new Turns();

    /** Forwards that take long beside what the machine does meanwhile, so that counters can be told by their number. */
    private Core core() {
        Core core = new Core(Settings.of(1), turns);
        Core.await(core.service.shelf().load(core.engine.source("shoes", "1")));
        core.engine.pace(FORWARD);
        core.engine.hold();
        return core;
    }

    private static GenerationStream open(Core core, String model, int steps, long seed) {
        Requests request = Requests.steps(steps).seed(seed).preview(PreviewKind.NONE);
        return ((Submission.Admitted) Core.await(core.generator().submit(request.of(model, "")))).stream();
    }

    /** The lanes of the forwards that begin now, up to and with so many of one. */
    private List<String> until(String lane, int count) throws InterruptedException {
        List<String> begun = new ArrayList<>();
        while (begun.stream().filter(lane::equals).count() < count) {
            begun.add(turns.next());
        }
        return begun;
    }

    /** One of two models with as much to do is never far ahead, whatever the machine did to a forward or two. */
    private static void assertTheyTakeTurns(List<String> begun) {
        assertThat(begun.stream().filter(GARMENTS::equals).count()).isBetween(4L, 12L);
        assertThat(begun.stream().filter(SHOES::equals).count()).isEqualTo(8);
    }

    @Test
    void modelsTakeTurnsOnADevice() throws Exception {
        try (Core core = core()) {
            GenerationStream first = open(core, "garments", 60, 1);
            assertThat(turns.next()).isEqualTo(GARMENTS);
            GenerationStream second = open(core, "shoes", 8, 1);
            core.engine.letAllGo();
            assertTheyTakeTurns(until(SHOES, 8));
            Core.finished(Core.readAll(second));
            first.cancel();
        }
    }

    @Test
    void modelWhoseRequestLeftWhileItWaitedIsNotOwedTheTimeSince() throws Exception {
        try (Core core = core()) {
            GenerationStream working = open(core, "garments", 60, 1);
            assertThat(turns.next()).isEqualTo(GARMENTS);
            GenerationStream leaving = open(core, "shoes", 20, 1);
            for (String awaited : List.of(SHOES, GARMENTS)) {
                do {
                    core.engine.letGo(1);
                } while (!turns.next().equals(awaited));
            }
            leaving.cancel();
            assertThat(Core.next(leaving)).isEqualTo(new GenerationEvent.Failed(new Failure.Cancelled()));
            for (int i = 0; i < 20; i++) {
                core.engine.letGo(1);
                assertThat(turns.next()).isEqualTo(GARMENTS);
            }
            GenerationStream again = open(core, "shoes", 8, 2);
            core.engine.letAllGo();
            assertTheyTakeTurns(until(SHOES, 8));
            Core.finished(Core.readAll(again));
            working.cancel();
        }
    }
}
