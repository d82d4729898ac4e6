package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.math.Sampler;
import dev.glimpse.model.ModelFormatException;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices whose forwards fail, and who notices. */
@Timeout(60)
class DeviceFailureTest {
    private static final Requests REQUEST =
            Requests.steps(4).sampler(Sampler.GAMMA).count(2).preview(PreviewKind.NONE);

    private static List<ByteBuffer> expected(Requests request) {
        try (Core core = new Core(Settings.of(1))) {
            return Core.pictures(core.run(request));
        }
    }

    private static Failure failure(GenerationEvent event) {
        assertThat(event).isInstanceOf(GenerationEvent.Failed.class);
        return ((GenerationEvent.Failed) event).failure();
    }

    @Test
    void everyWorkerLoadsForItsOwnDevice() {
        try (Core core = new Core(Settings.of(3))) {
            assertThat(core.engine.workers).containsExactlyInAnyOrder(0, 1, 2);
        }
    }

    @Test
    void aWorkerThatStartsAnewLoadsForTheSameDevice() {
        try (Core core = new Core(Settings.of(2))) {
            core.engine.workers.clear();
            // Both devices fail, so the second request waits for one of them.
            core.engine.fail(2);
            core.run(REQUEST);
            assertThat(Core.pictures(core.run(REQUEST))).isEqualTo(expected(REQUEST));
            assertThat(core.engine.workers).isNotEmpty().isSubsetOf(0, 1);
        }
    }

    /** Else pictures would come from weights that are no longer served. */
    @Test
    void aWorkerThatStartsWhileAModelIsPublishedAnewServesTheNewOne() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            ModelShelf shelf = core.service.shelf();
            AtomicInteger old = new AtomicInteger();
            AtomicInteger anew = new AtomicInteger();
            CountDownLatch starting = new CountDownLatch(1);
            Semaphore published = new Semaphore(0);
            Core.await(shelf.load(new ModelSource("other", "1", GaussianEngine.SPEC, index -> {
                if (old.getAndIncrement() == 1) {
                    starting.countDown();
                    published.acquireUninterruptibly();
                }
                return core.engine.load(index);
            })));
            core.engine.fail(1);
            Future<List<ByteBuffer>> pictures = pictures(core, REQUEST);
            assertThat(starting.await(10, TimeUnit.SECONDS)).isTrue();
            Core.await(shelf.unload("other", "1"));
            Future<Void> loaded = shelf.load(new ModelSource("other", "1", GaussianEngine.SPEC, index -> {
                anew.getAndIncrement();
                return core.engine.load(index);
            }));
            published.release();
            Core.await(loaded);
            Core.await(pictures);
            assertThat(anew).hasValue(1);
            assertThat(core.engine.open).hasValue(2);
        }
    }

    /** Else the new one would be taken off all devices, and be refused while it is said to be served. */
    @Test
    void filesThatChangedUnderAModelThatHasLeftWithdrawNoneThatCameAnew() throws Exception {
        try (Core core = new Core(Settings.of(2))) {
            ModelShelf shelf = core.service.shelf();
            AtomicInteger old = new AtomicInteger();
            CountDownLatch anew = new CountDownLatch(2);
            CountDownLatch starting = new CountDownLatch(1);
            Semaphore published = new Semaphore(0);
            Core.await(shelf.load(new ModelSource("other", "1", GaussianEngine.SPEC, index -> {
                if (old.getAndIncrement() == 2) {
                    starting.countDown();
                    published.acquireUninterruptibly();
                    throw new ModelFormatException("the checksum is another one");
                }
                return core.engine.load(index);
            })));
            core.engine.fail(1);
            Core.await(pictures(core, REQUEST));
            assertThat(starting.await(10, TimeUnit.SECONDS)).isTrue();
            Core.await(shelf.unload("other", "1"));
            Core.await(shelf.load(new ModelSource("other", "1", GaussianEngine.SPEC, index -> {
                anew.countDown();
                return core.engine.load(index);
            })));
            published.release();

            assertThat(anew.await(10, TimeUnit.SECONDS)).isTrue();
            Submission asked = Core.await(core.generator().submit(REQUEST.of("other", "1")));
            assertThat(asked).isInstanceOf(Submission.Admitted.class);
            GenerationStream stream = ((Submission.Admitted) asked).stream();
            assertThat(Core.pictures(Core.readAll(stream))).isEqualTo(expected(REQUEST));
        }
    }

    @Test
    void stepThatFailedIsTakenAgainWithTheSameBytes() {
        List<ByteBuffer> whole = expected(REQUEST);
        for (int devices = 1; devices <= 2; devices++) {
            for (int good = 0; good < 4; good++) {
                try (Core core = new Core(Settings.of(devices))) {
                    core.engine.hold();
                    Future<List<ByteBuffer>> pictures = pictures(core, REQUEST);
                    core.engine.letGo(good);
                    awaitForwards(core, good + 1);
                    core.engine.fail(1);
                    core.engine.letAllGo();
                    assertThat(Core.await(pictures)).isEqualTo(whole);
                    assertThat(core.engine.forwards).hasSize(4 + 1);
                }
            }
        }
    }

    private static void awaitForwards(Core core, int count) {
        try {
            core.engine.awaitForwards(count);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Future<List<ByteBuffer>> pictures(Core core, Requests request) {
        GenerationStream stream = core.open(request);
        return core.vertx.executeBlocking(() -> Core.pictures(Core.readAll(stream)));
    }

    @Test
    void stepThatFailsTwiceEndsItsOwnRequestsInAWayThatMayBeTriedAgain() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            core.engine.fail(2);
            GenerationStream unlucky = core.open(REQUEST);
            core.engine.awaitForwards(1);
            core.engine.letGo(2);
            Failure failure = failure(Core.next(unlucky));
            assertThat(failure).isInstanceOf(Failure.Unavailable.class);
            assertThat(failure.message()).contains(unlucky.accepted().requestId());
            core.engine.letAllGo();
            assertThat(Core.pictures(core.run(REQUEST))).isEqualTo(expected(REQUEST));
        }
    }

    @Test
    void requestsOfOtherBatchesNoticeNothing() throws Exception {
        Requests other = REQUEST.seed(5);
        try (Core core = new Core(Settings.of(2))) {
            core.engine.hold();
            Future<List<ByteBuffer>> hit = pictures(core, REQUEST);
            Future<List<ByteBuffer>> spared = pictures(core, other);
            core.engine.awaitForwards(2);
            core.engine.fail(1);
            core.engine.letAllGo();
            assertThat(Core.await(hit)).isEqualTo(expected(REQUEST));
            assertThat(Core.await(spared)).isEqualTo(expected(other));
        }
    }

    @Test
    void failedDeviceStartsAnewWithItsModels() {
        try (Core core = new Core(Settings.of(1))) {
            assertThat(core.engine.loads()).isEqualTo(1);
            core.engine.fail(1);
            core.run(REQUEST);
            assertThat(core.engine.loads()).isEqualTo(2);
            assertThat(core.engine.open.get()).isEqualTo(1);
        }
    }

    @Test
    void deviceThatCannotStartTriesAgain() {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.failLoad(1);
            core.engine.fail(1);
            assertThat(Core.pictures(core.run(REQUEST))).isEqualTo(expected(REQUEST));
            assertThat(core.engine.loads()).isEqualTo(3);
        }
    }

    /** Else requests would be let in that wait until their deadlines, and balancers would send more. */
    @Test
    void nothingIsAdmittedWhileNoDeviceCanStart() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.holdLoads();
            core.engine.fail(1);
            GenerationStream waiting = core.open(REQUEST);
            core.engine.awaitLoads(1);
            assertThat(core.service.devices().lost()).isEmpty();
            GenerationStream hopeful = core.open(REQUEST.seed(3));

            core.engine.failLoads(true);
            core.engine.letLoadsGo(1);
            // It has failed once where it tries again.
            core.engine.awaitLoads(1);
            assertThat(core.submit(REQUEST.seed(4)))
                    .isEqualTo(new Submission.Refused(
                            new Failure.Unavailable("no device works: 1 cannot start", Duration.ofSeconds(1))));

            core.engine.failLoads(false);
            core.engine.letAllGo();
            assertThat(Core.pictures(Core.readAll(waiting))).isEqualTo(expected(REQUEST));
            assertThat(Core.pictures(Core.readAll(hopeful))).isEqualTo(expected(REQUEST.seed(3)));
            assertThat(core.service.devices()).isEqualTo(DeviceReport.working(1));
            assertThat(Core.pictures(core.run(REQUEST.seed(4)))).isEqualTo(expected(REQUEST.seed(4)));
        }
    }

    @Test
    void everyStepOfALongRequestMayFailOnce() {
        try (Core core = new Core(Settings.of(1))) {
            List<ByteBuffer> whole = expected(REQUEST);
            core.engine.hold();
            Future<List<ByteBuffer>> pictures = pictures(core, REQUEST);
            for (int step = 0; step < 4; step++) {
                awaitForwards(core, 1);
                core.engine.fail(1);
                core.engine.letGo(1);
                awaitForwards(core, 1);
                core.engine.letGo(1);
            }
            assertThat(Core.await(pictures)).isEqualTo(whole);
        }
    }
}
