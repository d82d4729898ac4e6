package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a stream can end other than well, and that nobody else notices. */
@Timeout(60)
class GenerationServiceEndsTest {
    private static final GenerationEvent CANCELLED = new GenerationEvent.Failed(new Failure.Cancelled());

    private static Failure failure(GenerationEvent event) {
        assertThat(event).isInstanceOf(GenerationEvent.Failed.class);
        return ((GenerationEvent.Failed) event).failure();
    }

    @Test
    void requestCancelledInTheQueueNeverRuns() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream running = core.open(Requests.steps(2));
            core.engine.awaitForwards(1);
            GenerationStream queued = core.open(Requests.steps(40));
            queued.cancel();
            assertThat(Core.next(queued)).isEqualTo(CANCELLED);
            core.engine.letAllGo();
            Core.finished(Core.readAll(running));
            assertThat(core.engine.forwards).hasSize(2);
        }
    }

    @Test
    void requestCancelledInAForwardLeavesWithItAndItsNeighbourGoesOn() throws Exception {
        byte[] alone;
        try (Core core = new Core(Settings.of(1))) {
            alone = last(core.run(Requests.steps(3).seed(5)));
        }
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream first = core.open(Requests.steps(1));
            core.engine.awaitForwards(1);
            GenerationStream leaving = core.open(Requests.steps(40).seed(6));
            GenerationStream staying = core.open(Requests.steps(3).seed(5));
            Future<GenerationEvent> waiting = leaving.next();
            core.engine.letGo(1);
            core.engine.awaitForwards(1);
            leaving.cancel();
            leaving.cancel();
            assertThat(Core.await(waiting)).isEqualTo(CANCELLED);
            core.engine.letAllGo();
            assertThat(last(Core.readAll(staying))).isEqualTo(alone);
            Core.finished(Core.readAll(first));
            assertThat(core.engine.forwards).hasSize(4);
        }
    }

    private static byte[] last(List<GenerationEvent> events) {
        Core.finished(events);
        return Core.frames(events).stream()
                .filter(GenerationEvent.Stepped::last)
                .findFirst()
                .orElseThrow()
                .image();
    }

    @Test
    void requestCancelledBetweenFramesDropsWhatWasDue() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            GenerationStream stream = core.open(Requests.steps(2).count(3));
            Core.finished(core.run(Requests.steps(20).preview(PreviewKind.NONE)));
            assertThat(Core.next(stream)).isInstanceOf(GenerationEvent.Stepped.class);
            stream.cancel();
            assertThat(Core.next(stream)).isEqualTo(CANCELLED);
        }
    }

    @Test
    void cancellingAfterTheEndChangesNothing() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            GenerationStream stream = core.open(Requests.steps(2));
            Core.finished(Core.readAll(stream));
            stream.cancel();
            assertThatThrownBy(() -> Core.next(stream)).hasRootCauseMessage("the stream has ended");
        }
    }

    @Test
    void askingAgainBeforeTheAnswerIsRefused() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream stream = core.open(Requests.steps(1));
            Future<GenerationEvent> asked = stream.next();
            assertThatThrownBy(() -> Core.next(stream)).hasRootCauseMessage("the event before was not waited for");
            core.engine.letAllGo();
            assertThat(Core.await(asked)).isInstanceOf(GenerationEvent.Stepped.class);
            assertThat(Core.next(stream)).isInstanceOf(GenerationEvent.Finished.class);
        }
    }

    @Test
    void deadlineEndsTheStreamWhileADeviceIsStillAtIt() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream stream = core.open(Requests.steps(3).timeout(Duration.ofSeconds(1)));
            core.engine.awaitForwards(1);
            assertThat(Core.readAll(stream))
                    .containsExactly(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));
            core.engine.letAllGo();
            Core.finished(core.run(Requests.steps(1)));
            assertThat(core.engine.forwards).hasSize(2);
        }
    }

    @Test
    void closingLetsRunningStreamsEndAndRefusesNewOnes() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream running = core.open(Requests.steps(3));
            Future<Void> closed = core.service.close();
            Submission refused = core.submit(Requests.steps(1));
            assertThat(refused).isInstanceOf(Submission.Refused.class);
            assertThat(((Submission.Refused) refused).failure()).isInstanceOf(Failure.Unavailable.class);
            core.engine.letAllGo();
            Core.finished(Core.readAll(running));
            Core.await(closed);
            assertThat(core.engine.open.get()).isZero();
        }
    }

    @Test
    void streamsThatOutliveTheGracePeriodEndAsUnavailable() throws Exception {
        try (Core core = new Core(Settings.of(1, Duration.ofMillis(10)))) {
            core.engine.hold();
            GenerationStream running = core.open(Requests.steps(3));
            Future<GenerationEvent> waiting = running.next();
            Future<Void> closed = core.service.close();
            assertThat(failure(Core.await(waiting))).isInstanceOf(Failure.Unavailable.class);
            core.engine.letAllGo();
            Core.await(closed);
            assertThat(core.engine.open.get()).isZero();
        }
    }

    @Test
    void withoutAGracePeriodEveryStreamEndsAtOnceThoughAModelIsLeaving() throws Exception {
        try (Core core = new Core(Settings.of(1, Duration.ZERO))) {
            ModelShelf shelf = core.service.shelf();
            Core.await(shelf.load(core.engine.source("garments", "2")));
            core.engine.hold();
            List<Future<GenerationEvent>> waiting = new ArrayList<>();
            for (String version : List.of("1", "2")) {
                Submission running =
                        Core.await(core.generator().submit(Requests.steps(3).of("garments", version)));
                waiting.add(((Submission.Admitted) running).stream().next());
            }
            Future<Void> unloaded = shelf.unload("garments", "1");
            Future<Void> closed = core.service.close();
            for (Future<GenerationEvent> end : waiting) {
                assertThat(failure(Core.await(end))).isInstanceOf(Failure.Unavailable.class);
            }
            core.engine.letAllGo();
            Core.await(closed);
            Core.await(unloaded);
            assertThat(core.engine.open.get()).isZero();
        }
    }

    @Test
    void closingTwiceIsClosingOnce() throws Exception {
        try (Core core = new Core(Settings.of(2))) {
            Future<Void> first = core.service.close();
            Core.await(core.service.close());
            Core.await(first);
            assertThat(core.engine.open.get()).isZero();
        }
    }

    @Test
    void modelThatCannotBeLoadedIsReportedAndTheOthersAreServed() throws Exception {
        for (int failing : new int[] {0, 2}) {
            Vertx vertx = Vertx.vertx();
            GaussianEngine engine = new GaussianEngine();
            engine.failLoad(failing);
            String bad = failing == 0 ? "first" : "second";
            String good = failing == 0 ? "second" : "first";
            ModelCatalog catalog = new ModelCatalog(List.of(engine.source("first", "1"), engine.source("second", "1")));
            GenerationService service = Core.await(GenerationService.start(vertx, catalog, Settings.of(2)));
            assertThat(service.shelf().states())
                    .containsExactly(
                            new ModelShelf.ModelState(good, "1", ModelShelf.Standing.SERVING, ""),
                            new ModelShelf.ModelState(
                                    bad,
                                    "1",
                                    ModelShelf.Standing.BROKEN,
                                    "weights: model.safetensors (expected: a file)"));
            assertThat(engine.open.get()).isEqualTo(2);
            assertThat(Core.await(
                            service.as(Client.ANYONE).submit(Requests.steps(1).of(bad, "1"))))
                    .isInstanceOf(Submission.Refused.class);
            Core.await(service.close());
            assertThat(engine.open.get()).isZero();
            Core.await(vertx.close());
        }
    }

    @Test
    void workersLoadedBeforeOneThatFailsAreClosedToo() throws Exception {
        Vertx vertx = Vertx.vertx();
        GaussianEngine engine = new GaussianEngine();
        engine.failLoad(1);
        ModelCatalog catalog = new ModelCatalog(List.of(engine.source("half", "1")));
        assertThatThrownBy(() -> Core.await(GenerationService.start(vertx, catalog, Settings.of(2))))
                .hasRootCauseMessage("weights: model.safetensors (expected: a file)");
        assertThat(engine.open.get()).isZero();
        Core.await(vertx.close());
    }
}
