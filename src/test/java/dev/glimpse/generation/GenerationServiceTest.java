package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client gets: the right pictures, in order, whoever else is served. */
@Timeout(60)
class GenerationServiceTest {
    private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);

    /** Bytes of every frame by sample and step. */
    private static Map<String, byte[]> images(List<GenerationEvent> events) {
        Map<String, byte[]> images = new TreeMap<>();
        for (GenerationEvent.Stepped frame : Core.frames(events)) {
            images.put(frame.sample() + "." + frame.step(), frame.image());
        }
        return images;
    }

    private static Map<String, byte[]> finals(List<GenerationEvent> events) {
        Map<String, byte[]> images = new TreeMap<>();
        Core.frames(events).stream()
                .filter(GenerationEvent.Stepped::last)
                .forEach(frame -> images.put(frame.sample() + "", frame.image()));
        return images;
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((key, image) -> assertThat(actual.get(key)).as(key).isEqualTo(image));
    }

    @Test
    void everySampleEndsInItsFinalPictureAndTheStreamInOneFinish() {
        try (Core core = new Core(Settings.of(2))) {
            List<GenerationEvent> events = core.run(Requests.steps(5).count(3));
            List<GenerationEvent.Stepped> frames = Core.frames(events);
            assertThat(frames.stream().filter(GenerationEvent.Stepped::last).map(GenerationEvent.Stepped::sample))
                    .containsExactlyInAnyOrder(0, 1, 2);
            assertThat(frames).allMatch(frame -> frame.last() == (frame.step() == 5));
            for (int sample = 0; sample < 3; sample++) {
                int wanted = sample;
                assertThat(frames.stream().filter(f -> f.sample() == wanted).map(GenerationEvent.Stepped::step))
                        .isSorted()
                        .doesNotHaveDuplicates();
            }
            assertThat(frames.size() + Core.finished(events).framesSkipped()).isEqualTo(15);
        }
    }

    @Test
    void wholeRequestsGoOnOnTheDeviceThatTheyKeepThoughAnotherIsIdle() {
        List<Integer> devices = Collections.synchronizedList(new ArrayList<>());
        GenerationListener listener = new GenerationListener() {
            @Override
            public void forward(Forward forward) {
                devices.add(forward.device());
            }
        };
        try (Core core = new Core(Settings.wholeRequests(2), listener)) {
            Core.finished(core.run(Requests.steps(5)));
        }
        assertThat(devices).hasSize(5).containsOnly(devices.get(0));
    }

    @Test
    void finalPictureIsWhereThePlanLeads() {
        try (Core core = new Core(Settings.of(1))) {
            List<GenerationEvent> events = core.run(Requests.steps(3).seed(11));
            float[] x = new float[GaussianEngine.SPEC.dimension()];
            NoiseStream.initial(x, 80, 11, 0);
            float[] last = Core.floats(finals(events).get("0"));
            for (int i = 0; i < x.length; i++) {
                // Exact jumps compose: three of them end where one does.
                assertThat(last[i]).isCloseTo((float) GaussianEngine.jump(x[i], 80, 0.002, 1), TOLERANCE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EXACT", "FREE", "STATE"})
    void firstFrameIsTheExactOneStepPreviewWhateverTheKind(PreviewKind kind) {
        try (Core core = new Core(Settings.of(1))) {
            List<GenerationEvent.Stepped> frames =
                    Core.frames(inStep(core, Requests.steps(3).preview(kind).seed(3)));
            GenerationEvent.Stepped first = frames.get(0);
            assertThat(first.step()).isEqualTo(1);
            assertThat(first.kind()).isEqualTo(PreviewKind.EXACT);
            assertThat(first.nfe()).isEqualTo(2);
            float[] x = new float[GaussianEngine.SPEC.dimension()];
            NoiseStream.initial(x, 80, 3, 0);
            float[] shown = Core.floats(first.image());
            for (int i = 0; i < x.length; i++) {
                assertThat(shown[i]).isCloseTo((float) GaussianEngine.jump(x[i], 80, 0.002, 1), TOLERANCE);
            }
            assertThat(frames.get(frames.size() - 1).kind()).isEqualTo(PreviewKind.EXACT);
        }
    }

    @Test
    void laterFramesAreOfTheKindThatWasAskedFor() {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream stream = core.open(Requests.steps(3).preview(PreviewKind.STATE));
            core.engine.letGo(1);
            Core.next(stream);
            core.engine.letGo(1);
            GenerationEvent.Stepped second = (GenerationEvent.Stepped) Core.next(stream);
            assertThat(second.kind()).isEqualTo(PreviewKind.STATE);
            assertThat(second.nfe()).isEqualTo(3);
            assertThat(second.t())
                    .isEqualTo(second.s())
                    .isEqualTo(stream.accepted().plan().steps().get(2).t());
            stream.cancel();
        }
    }

    @Test
    void withoutPreviewsOnlyFinalPicturesCome() {
        try (Core core = new Core(Settings.of(1))) {
            List<GenerationEvent> events = core.run(Requests.steps(4).count(2).preview(PreviewKind.NONE));
            assertThat(Core.frames(events)).hasSize(2).allMatch(GenerationEvent.Stepped::last);
            assertThat(Core.finished(events).nfe()).isEqualTo(8);
            assertThat(Core.finished(events).framesSkipped()).isZero();
        }
    }

    @Test
    void requestsOfDifferentLengthShareForwards() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream shorter = core.open(Requests.steps(2).preview(PreviewKind.FREE));
            core.engine.awaitForwards(1);
            GenerationStream longer = core.open(Requests.steps(5).preview(PreviewKind.FREE));
            core.engine.letAllGo();
            List<GenerationEvent.Stepped> ofShorter = Core.frames(Core.readAll(shorter));
            List<GenerationEvent.Stepped> ofLonger = Core.frames(Core.readAll(longer));
            // The second forward holds the last step of one and the first step, with its preview, of the other.
            assertThat(ofShorter.get(ofShorter.size() - 1).batchRows()).isEqualTo(3);
            assertThat(core.engine.forwards).hasSize(6).allMatch(rows -> rows >= 4);
            assertThat(ofLonger.get(ofLonger.size() - 1).batchRows()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Sampler.class)
    void sampleHasTheSameBytesAloneAndInCompany(Sampler sampler) {
        Requests request =
                Requests.steps(6).sampler(sampler).count(2).anyLabel().seed(-42).preview(PreviewKind.FREE);
        Map<String, byte[]> alone;
        try (Core core = new Core(Settings.of(1))) {
            alone = finals(core.run(request));
        }
        try (Core core = new Core(Settings.of(3))) {
            core.engine.hold();
            GenerationStream before = core.open(Requests.steps(9).count(5).seed(1));
            GenerationStream same = core.open(request);
            GenerationStream after = core.open(Requests.steps(3).count(7).seed(2));
            core.engine.letAllGo();
            List<GenerationEvent> events = Core.readAll(same);
            assertSame(finals(events), alone);
            Core.finished(Core.readAll(before));
            Core.finished(Core.readAll(after));
        }
    }

    @Test
    void everyFrameIsTheSameOnEveryWorker() {
        Requests request = Requests.steps(4).seed(99);
        try (Core one = new Core(Settings.of(1));
                Core two = new Core(Settings.of(2))) {
            Map<String, byte[]> expected = images(inStep(one, request));
            // The other worker's turn comes with the second request.
            inStep(two, Requests.steps(1));
            Map<String, byte[]> actual = images(inStep(two, request));
            assertThat(expected).containsOnlyKeys("0.1", "0.2", "0.3", "0.4");
            assertSame(actual, expected);
        }
    }

    /** All events of a request whose reader takes each frame before the next forward may end. */
    private static List<GenerationEvent> inStep(Core core, Requests request) {
        core.engine.hold();
        GenerationStream stream = core.open(request);
        List<GenerationEvent> events = new ArrayList<>();
        for (int step = 0; step < request.steps(); step++) {
            core.engine.letGo(1);
            events.add(Core.next(stream));
        }
        events.add(Core.next(stream));
        return events;
    }

    @Test
    void readerThatComesLateGetsTheFinalPicturesAndCostsTwoPreviewsAtMost() {
        try (Core core = new Core(Settings.of(1))) {
            GenerationStream late = core.open(Requests.steps(8).count(2));
            // Ends after the other in any order of batches, as it is longer and came later.
            core.run(Requests.steps(20).preview(PreviewKind.NONE));
            List<GenerationEvent> events = Core.readAll(late);
            assertThat(Core.frames(events).stream().filter(GenerationEvent.Stepped::last))
                    .hasSize(2);
            // As many wait as may, the final one among them.
            assertThat(Core.frames(events)).hasSize(2 * 2);
            assertThat(Core.finished(events).framesSkipped()).isEqualTo(2 * (8 - 2));
            assertThat(Core.finished(events).nfe()).isEqualTo(2 * (8 + 2));
        }
    }

    @Test
    void deviceHasItsNextStepBeforeAnyoneHearsOfTheLast() {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        GenerationListener listener = new GenerationListener() {
            @Override
            public SchedulerListener opened(String lane, SchedulerSettings settings) {
                return new SchedulerListener() {
                    @Override
                    public void started(Batch batch, int waitingJobs) {
                        order.add("started");
                    }
                };
            }

            @Override
            public void forward(Forward forward) {
                order.add("told");
            }
        };
        try (Core core = new Core(Settings.of(1), listener)) {
            core.run(Requests.steps(3));
        }
        assertThat(order).containsExactly("started", "started", "told", "started", "told", "told");
    }

    @Test
    void fullQueueRefusesWithATimeToComeBack() {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            // 4 x (2 x 64 - 1) = 508 evaluations of the 512 that may be queued.
            GenerationStream large = core.open(Requests.steps(64).count(4));
            Submission second = core.submit(Requests.steps(4));
            assertThat(second).isInstanceOf(Submission.Refused.class);
            Failure failure = ((Submission.Refused) second).failure();
            assertThat(failure).isInstanceOf(Failure.Overloaded.class);
            assertThat(((Failure.Overloaded) failure).retryAfter()).isPositive();
            assertThat(failure.message()).startsWith("the queue is full; ");
            large.cancel();
            core.engine.letAllGo();
            Core.finished(core.run(Requests.steps(4)));
        }
    }

    @Test
    void modelIsLoadedUsedAndClosedOnItsDevicesOwnThread() {
        GaussianEngine engine;
        try (Core core = new Core(Settings.of(2))) {
            engine = core.engine;
            core.run(Requests.steps(4).count(8));
            assertThat(engine.open.get()).isEqualTo(2);
        }
        assertThat(engine.open.get()).isZero();
        assertThat(engine.threads).hasSize(2).allMatch(name -> name.startsWith("device-"));
    }

    @Test
    void eventsArriveOnTheReadersOwnContext() {
        try (Core core = new Core(Settings.of(1))) {
            GenerationStream stream = core.open(Requests.steps(2));
            Context context = core.vertx.getOrCreateContext();
            Promise<Boolean> same = Promise.promise();
            context.runOnContext(v -> stream.next()
                    .map(event -> Vertx.currentContext() == context)
                    .onComplete(same));
            assertThat(Core.await(same.future())).isTrue();
            Core.finished(Core.readAll(stream));
        }
    }
}
