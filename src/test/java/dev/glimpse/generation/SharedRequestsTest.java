package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import dev.glimpse.scheduler.Rank;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Identical requests, at the same time and one after the other. */
@Timeout(60)
class SharedRequestsTest {
    /** The requests that read each step. */
    private final List<List<String>> steps = new CopyOnWriteArrayList<>();

    private final GenerationListener listener = new GenerationListener() {
        @Override
        public void forward(Forward forward) {
            forward.parts().forEach(part -> steps.add(part.requestIds()));
        }
    };

    private static GenerationStream open(Core core, Rank rank) {
        Client client = new Client("", rank, 1, Budget.UNLIMITED);
        Submission submission =
                Core.await(core.service.as(client).submit(Requests.steps(3).build()));
        return ((Submission.Admitted) submission).stream();
    }

    private static String id(GenerationStream stream) {
        return stream.accepted().requestId();
    }

    @Test
    void identicalRequestsInFlightShareTheirForwards() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream first = core.open(Requests.steps(3));
            core.engine.awaitForwards(1);
            core.engine.letGo(1);
            core.engine.awaitForwards(1);
            long askedNanos = System.nanoTime();
            GenerationStream second = core.open(Requests.steps(3));
            assertThat(id(second)).isNotEqualTo(id(first));
            // The frame there was before it came.
            assertThat(((GenerationEvent.Stepped) Core.next(second)).step()).isEqualTo(1);
            core.engine.letAllGo();
            List<GenerationEvent> events = Core.readAll(second);
            // Reckoned from when the other came it would be longer.
            assertThat(Core.finished(events).elapsedNanos()).isLessThanOrEqualTo(System.nanoTime() - askedNanos);
            List<GenerationEvent> others = Core.readAll(first);
            assertThat(Core.finished(others).elapsedNanos())
                    .isGreaterThan(Core.finished(events).elapsedNanos());
            assertThat(Core.pictures(events)).isEqualTo(Core.pictures(others));
            assertThat(core.engine.forwards).hasSize(3);
        }
    }

    @Test
    void requestsThatDifferInAnythingShareNothing() {
        try (Core core = new Core(Settings.of(1), listener)) {
            core.engine.hold();
            List<GenerationStream> streams = List.of(
                    core.open(Requests.steps(2)),
                    core.open(Requests.steps(2).seed(8)),
                    core.open(Requests.steps(2).label(new ClassLabel.Index(2))),
                    core.open(Requests.steps(2).gamma(0.5)),
                    core.open(Requests.steps(2).preview(PreviewKind.NONE)),
                    core.open(Requests.steps(2).flexible()),
                    core.open(Requests.steps(2).flexible()));
            core.engine.letAllGo();
            streams.forEach(stream -> Core.finished(Core.readAll(stream)));
            List<String> readers = new ArrayList<>();
            streams.forEach(stream -> readers.addAll(List.of(id(stream), id(stream))));
            assertThat(steps).allSatisfy(ids -> assertThat(ids).hasSize(1));
            assertThat(steps.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(readers);
        }
    }

    @Test
    void oneWhoIsServedSoonerWaitsForNoneWhoIsServedLater() throws Exception {
        try (Core core = new Core(Settings.of(1), listener)) {
            core.engine.hold();
            GenerationStream background = open(core, Rank.BACKGROUND);
            core.engine.awaitForwards(1);
            GenerationStream interactive = open(core, Rank.INTERACTIVE);
            GenerationStream standard = open(core, Rank.STANDARD);
            core.engine.letAllGo();
            List<ByteBuffer> pictures = Core.pictures(Core.readAll(background));
            assertThat(Core.pictures(Core.readAll(interactive))).isEqualTo(pictures);
            assertThat(Core.pictures(Core.readAll(standard))).isEqualTo(pictures);
            List<String> together = List.of(id(interactive), id(standard));
            List<String> alone = List.of(id(background));
            assertThat(steps).containsExactlyInAnyOrder(together, together, together, alone, alone, alone);
        }
    }

    @Test
    void oneWhoLeavesTakesNothingFromTheOthers() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream first = core.open(Requests.steps(3));
            core.engine.awaitForwards(1);
            GenerationStream second = core.open(Requests.steps(3).timeout(Duration.ofSeconds(50)));
            GenerationStream third = core.open(Requests.steps(3).timeout(Duration.ofSeconds(1)));
            first.cancel();
            third.cancel();
            assertThat(Core.next(first)).isEqualTo(new GenerationEvent.Failed(new Failure.Cancelled()));
            core.engine.letAllGo();
            assertThat(Core.pictures(Core.readAll(second))).hasSize(1);
            assertThat(core.engine.forwards).hasSize(3);
        }
    }

    @Test
    void oneWhoComesLaterMayStayLonger() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream hasty = core.open(Requests.steps(3).timeout(Duration.ofSeconds(1)));
            core.engine.awaitForwards(1);
            GenerationStream patient = core.open(Requests.steps(3).timeout(Duration.ofSeconds(40)));
            GenerationStream hastyToo = core.open(Requests.steps(3).timeout(Duration.ofSeconds(1)));
            for (GenerationStream late : List.of(hasty, hastyToo)) {
                assertThat(Core.readAll(late))
                        .containsExactly(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));
            }
            core.engine.letAllGo();
            assertThat(Core.pictures(Core.readAll(patient))).hasSize(1);
        }
    }

    @Test
    void oneWhoJoinsWhileAllOthersPauseIsServed() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream paused = core.open(Requests.steps(3));
            core.engine.awaitForwards(1);
            paused.pause();
            core.engine.letAllGo();
            // Pausing is done, and the step that was under way, once another request is through.
            Core.finished(core.run(Requests.steps(1).seed(1)));
            GenerationStream joining = core.open(Requests.steps(3));
            List<GenerationEvent> events = Core.readAll(joining);
            assertThat(Core.pictures(events)).hasSize(1);
            assertThat(Core.await(paused.proceed())).isEmpty();
            assertThat(Core.pictures(Core.readAll(paused))).isEqualTo(Core.pictures(events));
            // Three for the two of them, and the other request's.
            assertThat(core.engine.forwards).hasSize(4);
        }
    }

    @Test
    void workStandsOnceTheLastOneWhoHasNotPausedLeaves() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream paused = core.open(Requests.steps(3));
            core.engine.awaitForwards(1);
            GenerationStream leaving = core.open(Requests.steps(3));
            paused.pause();
            leaving.cancel();
            assertThat(Core.next(leaving)).isInstanceOf(GenerationEvent.Failed.class);
            core.engine.letAllGo();
            Core.finished(core.run(Requests.steps(1).seed(1)));
            assertThat(core.engine.forwards).hasSize(2);
            assertThat(Core.await(paused.proceed())).isEmpty();
            assertThat(Core.pictures(Core.readAll(paused))).hasSize(1);
            assertThat(core.engine.forwards).hasSize(4);
        }
    }

    @Test
    void editsWithTheSamePicturesAreTheSameRequest() {
        byte[] pixels = new byte[GaussianEngine.SPEC.dimension()];
        try (Core core = new Core(Settings.cached(1 << 20))) {
            List<GenerationEvent> made = Core.readAll(opened(core, stroke(pixels)));
            int before = core.engine.forwards.size();
            assertThat(Core.pictures(Core.readAll(opened(core, stroke(pixels.clone())))))
                    .isEqualTo(Core.pictures(made));
            assertThat(core.engine.forwards).hasSize(before);
            pixels[0] = 100;
            Core.finished(Core.readAll(opened(core, stroke(pixels.clone()))));
            assertThat(core.engine.forwards.size()).isGreaterThan(before);
        }
        int frame = Float.BYTES * GaussianEngine.SPEC.dimension();
        try (Core core = new Core(Settings.cached(frame + pixels.length - 1))) {
            // The frame alone would fit.
            Core.finished(Core.readAll(opened(core, stroke(pixels))));
            int before = core.engine.forwards.size();
            Core.finished(Core.readAll(opened(core, stroke(pixels))));
            assertThat(core.engine.forwards.size()).isGreaterThan(before);
        }
    }

    private static GenerationRequest stroke(byte[] pixels) {
        return Requests.steps(2)
                .preview(PreviewKind.NONE)
                .build()
                .with(new EditRequest.Stroke(
                        new EditRequest.Picture(pixels, ImageFormat.RAW_U8), OptionalDouble.of(20)));
    }

    private static GenerationStream opened(Core core, GenerationRequest request) {
        return ((Submission.Admitted) Core.await(core.generator().submit(request))).stream();
    }

    @ParameterizedTest
    @CsvSource({"EXACT, EXACT", "HEUN, EXACT", "HEUN, FREE", "GAMMA, STATE", "EXACT, NONE"})
    void finishedRequestIsAnsweredFromMemoryAndSaysSo(Sampler sampler, PreviewKind preview) {
        Requests request = Requests.steps(3).count(2).sampler(sampler).preview(preview);
        try (Core core = new Core(Settings.cached(1 << 20))) {
            List<GenerationEvent> made = core.run(request);
            int before = core.engine.forwards.size();
            GenerationStream again = core.open(request);
            assertThat(again.accepted().terms().cached()).isTrue();
            List<GenerationEvent> events = Core.readAll(again);
            assertThat(core.engine.forwards).hasSize(before);
            assertThat(Core.pictures(events)).isEqualTo(Core.pictures(made));
            assertThat(Core.finished(events).nfe()).isZero();
            assertThat(pictures(events)).isEqualTo(pictures(made));
        }
    }

    @Test
    void picturesAreEncodedOnceForAllWhoReadThem() throws Exception {
        GenerationRequest request = Requests.steps(4).build().shown(PreviewKind.FREE, ImageFormat.PNG);
        try (Core core = new Core(Settings.cached(1 << 20))) {
            core.engine.hold();
            List<GenerationStream> readers = new ArrayList<>(List.of(opened(core, request)));
            core.engine.awaitForwards(1);
            while (readers.size() < 32) {
                readers.add(opened(core, request));
            }
            core.engine.letAllGo();
            List<byte[]> last = new ArrayList<>();
            readers.forEach(reader -> last.add(lastImage(reader)));
            last.add(lastImage(opened(core, request)));
            assertThat(core.engine.forwards).hasSize(4);
            assertThat(last).allSatisfy(image -> assertThat(image).isSameAs(last.get(0)));
        }
    }

    private static byte[] lastImage(GenerationStream stream) {
        List<GenerationEvent.Stepped> frames = Core.frames(Core.readAll(stream));
        return frames.get(frames.size() - 1).image();
    }

    @Test
    void keptPicturesWeighWhatTheirBytesDo() {
        int pixels = GaussianEngine.SPEC.dimension();
        GenerationRequest first = Requests.steps(2).build().shown(PreviewKind.NONE, ImageFormat.RAW_U8);
        GenerationRequest second = Requests.steps(2).seed(8).build().shown(PreviewKind.NONE, ImageFormat.RAW_U8);
        // For the values of one and the bytes of the other.
        try (Core core = new Core(Settings.cached((long) pixels * (Float.BYTES + 1)))) {
            Core.finished(Core.readAll(opened(core, first)));
            Core.finished(Core.readAll(opened(core, second)));
            for (GenerationRequest again : List.of(first, second)) {
                GenerationStream stream = opened(core, again);
                assertThat(stream.accepted().terms().cached()).isTrue();
                Core.finished(Core.readAll(stream));
            }
        }
    }

    /** Those that were shown, and those that there was no room for. */
    private static int pictures(List<GenerationEvent> events) {
        return Core.frames(events).size() + Core.finished(events).framesSkipped();
    }

    @Test
    void nothingIsKeptUnlessTheSettingsSaySo() {
        try (Core core = new Core(Settings.of(1))) {
            core.run(Requests.steps(2));
            GenerationStream again = core.open(Requests.steps(2));
            assertThat(again.accepted().terms().cached()).isFalse();
            again.cancel();
        }
    }

    @Test
    void seedThatTheServerDrewIsNotKept() {
        try (Core core = new Core(Settings.cached(1 << 20))) {
            List<GenerationEvent> events;
            GenerationStream stream = core.open(Requests.steps(2).anySeed());
            events = Core.readAll(stream);
            Core.finished(events);
            GenerationStream same =
                    core.open(Requests.steps(2).seed(stream.accepted().seed()));
            assertThat(same.accepted().terms().cached()).isFalse();
            assertThat(Core.pictures(Core.readAll(same))).isEqualTo(Core.pictures(events));
        }
    }
}
