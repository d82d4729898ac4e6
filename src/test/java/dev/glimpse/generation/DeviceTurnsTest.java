package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.GenerationListener.Forward;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two models on one device. */
// It measures the time that forwards take.
@Tag("alone")
@Timeout(60)
class DeviceTurnsTest {
    private static final String GARMENTS = "garments/1";
    private static final String SHOES = "shoes/1";
    private static final Duration FORWARD = Duration.ofMillis(20);

    /** The lanes whose forwards began, in order, and the forwards that have ended. */
    private static final class Turns implements GenerationListener {
        private final BlockingQueue<String> lanes = new LinkedBlockingQueue<>();
        private final List<Forward> forwards = new CopyOnWriteArrayList<>();

        @Override
        public void forward(Forward forward) {
            forwards.add(forward);
        }

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

    /** From one model's first forward to its last neither is ahead of the other by more than it had to wait for. */
    private static void assertTheyTakeTurns(List<Forward> forwards) {
        List<String> lanes = forwards.stream().map(Forward::lane).toList();
        List<Forward> both = forwards.subList(lanes.indexOf(SHOES), lanes.lastIndexOf(SHOES) + 1);
        long longest = forwards.stream().mapToLong(Forward::durationNanos).max().orElseThrow();
        long ahead = 0;
        for (Forward forward : both) {
            ahead += forward.lane().equals(SHOES) ? forward.durationNanos() : -forward.durationNanos();
            assertThat(Math.abs(ahead)).isLessThanOrEqualTo(2 * longest);
        }
    }

    @Test
    void modelsTakeTurnsOnADevice() throws Exception {
        try (Core core = core()) {
            GenerationStream first = open(core, "garments", 60, 1);
            assertThat(turns.next()).isEqualTo(GARMENTS);
            GenerationStream second = open(core, "shoes", 8, 1);
            core.engine.letAllGo();
            Core.finished(Core.readAll(second));
            first.cancel();
            assertTheyTakeTurns(List.copyOf(turns.forwards));
        }
    }

    /** A failure takes no time of the device, but to start it anew does. */
    @Test
    void modelWhoseForwardsFailTakesTurnsAsWell() throws Exception {
        try (Core core = core()) {
            Core.await(core.service.shelf().load(new ModelSource("broken", "1", GaussianEngine.SPEC, index -> {
                LockSupport.parkNanos(FORWARD.toNanos());
                return new Broken();
            })));
            GenerationStream working = open(core, "garments", 60, 1);
            assertThat(turns.next()).isEqualTo(GARMENTS);
            // Each fills a forward, which is tried twice.
            for (int seed = 0; seed < 8; seed++) {
                Requests request = Requests.steps(1).count(15).seed(seed).preview(PreviewKind.NONE);
                Core.await(core.generator().submit(request.of("broken", "")));
            }
            core.engine.letAllGo();
            List<String> order = new ArrayList<>();
            while (Collections.frequency(order, "broken/1") < 16) {
                order.add(turns.next());
            }
            working.cancel();

            assertThat(Collections.frequency(order, GARMENTS)).isGreaterThanOrEqualTo(8);
        }
    }

    /** No forward of it ends well but the one that shows it is loaded. */
    private static final class Broken implements CtmModel {
        private boolean warm;

        @Override
        public ModelSpec spec() {
            return GaussianEngine.SPEC;
        }

        @Override
        public void denoise(JumpBatch batch, float[] g) {
            if (warm) {
                throw new IllegalStateException("no memory");
            }
            warm = true;
        }

        @Override
        public void close() {}
    }

    /** Each request asks for half of the bound, and one of them may differ in its last bits. */
    @Test
    void queueIsFullOfWhatAllModelsWaitFor() throws Exception {
        try (Core core = core()) {
            Requests large = Requests.steps(16).count(16).preview(PreviewKind.NONE);
            GenerationStream first = core.open(large.seed(1));
            GenerationStream second = core.open(large.seed(2).free());
            Requests small = Requests.steps(1).preview(PreviewKind.NONE);
            Submission submission = Core.await(core.generator().submit(small.of("shoes", "")));
            assertThat(submission).isInstanceOf(Submission.Refused.class);
            assertThat(((Submission.Refused) submission).failure()).isInstanceOf(Failure.Overloaded.class);
            first.cancel();
            second.cancel();
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
            int before = turns.forwards.size();
            GenerationStream again = open(core, "shoes", 8, 2);
            core.engine.letAllGo();
            Core.finished(Core.readAll(again));
            working.cancel();
            assertTheyTakeTurns(List.copyOf(turns.forwards.subList(before, turns.forwards.size())));
        }
    }
}
