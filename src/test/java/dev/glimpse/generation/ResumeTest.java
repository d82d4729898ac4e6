package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.math.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are killed at some point, and go on elsewhere. */
@Timeout(60)
class ResumeTest {
    private static final int STEPS = 4;
    private static final Requests REQUEST = Requests.steps(STEPS)
            .sampler(Sampler.GAMMA)
            .count(2)
            .preview(PreviewKind.FREE)
            .anyLabel();

    private static GenerationStream resume(Core core, String token) {
        Submission submission = Core.await(core.generator().resume(new ResumeRequest(token, Optional.empty())));
        assertThat(submission).isInstanceOf(Submission.Admitted.class);
        return ((Submission.Admitted) submission).stream();
    }

    /** What came, by sample and step; a sample's frames may only follow upon those it has. */
    private static void take(List<GenerationEvent.Stepped> frames, Map<String, byte[]> images) {
        for (GenerationEvent.Stepped frame : frames) {
            String name = frame.sample() + "." + frame.step();
            assertThat(images).doesNotContainKey(name);
            images.put(name, frame.image());
        }
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        for (int sample = 0; sample < 2; sample++) {
            String last = sample + "." + STEPS;
            assertThat(actual.get(last)).as(last).isEqualTo(expected.get(last));
        }
        actual.forEach((name, image) -> assertThat(image).as(name).isEqualTo(expected.get(name)));
    }

    /** Every frame, as the reader takes each before the next forward may end. */
    private static List<GenerationEvent.Stepped> all(Core core) {
        core.engine.hold();
        GenerationStream stream = core.open(REQUEST);
        List<GenerationEvent.Stepped> frames = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            core.engine.letGo(1);
            frames.add((GenerationEvent.Stepped) Core.next(stream));
            frames.add((GenerationEvent.Stepped) Core.next(stream));
        }
        core.engine.letAllGo();
        assertThat(Core.next(stream)).isInstanceOf(GenerationEvent.Finished.class);
        return frames;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    void clientKilledAfterAnyFrameEndsWithTheSameBytesOnAnotherServer(int taken) {
        Map<String, byte[]> whole = new TreeMap<>();
        Map<String, byte[]> images = new TreeMap<>();
        String token;
        try (Core first = new Core(Settings.of(1))) {
            List<GenerationEvent.Stepped> frames = all(first);
            take(frames, whole);
            take(frames.subList(0, taken), images);
            GenerationStream killed = first.open(REQUEST);
            token = taken == 0
                    ? killed.accepted().terms().resumeToken()
                    : frames.get(taken - 1).resumeToken();
            killed.cancel();
        }
        try (Core second = new Core(Settings.of(2))) {
            GenerationStream stream = resume(second, token);
            assertThat(stream.accepted().seed()).isEqualTo(7);
            List<GenerationEvent> events = Core.readAll(stream);
            Core.finished(events);
            take(Core.frames(events), images);
        }
        assertSame(images, whole);
    }

    @Test
    void stepsThatWereShownCostNoPreviewAgain() {
        Requests exact = Requests.steps(STEPS).preview(PreviewKind.EXACT);
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream stream = core.open(exact);
            core.engine.letGo(2);
            Core.next(stream);
            String token = ((GenerationEvent.Stepped) Core.next(stream)).resumeToken();
            stream.cancel();
            core.engine.letAllGo();
            List<GenerationEvent> events = Core.readAll(resume(core, token));
            // Two steps without a preview, at most one with, and the last, whose preview is free.
            assertThat(Core.finished(events).nfe()).isEqualTo(2 + 2 + 1);
            assertThat(Core.frames(events))
                    .extracting(GenerationEvent.Stepped::step)
                    .containsExactly(3, 4);
        }
    }

    @Test
    void whoseClientSeesTheLastPictureAloneCostsNoPreviews() {
        Requests exact = Requests.steps(STEPS).preview(PreviewKind.EXACT);
        try (Core core = new Core(Settings.of(1))) {
            GenerationStream stream = core.open(exact);
            String token = stream.accepted().terms().resumeToken();
            List<GenerationEvent> whole = Core.readAll(stream);
            ResumeRequest rest = new ResumeRequest(token, Optional.empty()).withoutPreviews();
            Submission submission = Core.await(core.generator().resume(rest));
            List<GenerationEvent> events = Core.readAll(((Submission.Admitted) submission).stream());
            assertThat(Core.finished(events).nfe()).isEqualTo(STEPS);
            assertThat(Core.frames(events))
                    .extracting(GenerationEvent.Stepped::step)
                    .containsExactly(STEPS);
            assertThat(Core.pictures(events)).isEqualTo(Core.pictures(whole));
        }
    }

    @Test
    void requestThatWasShownInFullJustEnds() {
        try (Core core = new Core(Settings.of(1))) {
            List<GenerationEvent.Stepped> frames = Core.frames(core.run(Requests.steps(2)));
            int before = core.engine.forwards.size();
            List<GenerationEvent> events =
                    Core.readAll(resume(core, frames.get(frames.size() - 1).resumeToken()));
            assertThat(events).containsExactly(new GenerationEvent.Finished(0, 0, 0));
            assertThat(core.engine.forwards).hasSize(before);
        }
    }

    @Test
    void tokenOfAVersionThatIsNotServedNamesThoseThatAre() {
        try (Core core = new Core(Settings.of(1))) {
            GenerationRequest other =
                    Requests.steps(2).of("", "").resolved("garments", "9", 7, Optional.of(new ClassLabel.Index(1)));
            ResumeTokens tokens =
                    new ResumeTokens(Settings.of(1).resume(), Settings.LIMITS, java.time.InstantSource.system());
            Recipe recipe = new Recipe(other, List.of());
            String token = tokens.issuer(
                            recipe,
                            new RecipePlanner(GaussianEngine.SPEC).plan(recipe).paths(),
                            core.engine.source("garments", "9"),
                            false)
                    .issue(List.of(0));
            Submission refused = Core.await(core.generator().resume(new ResumeRequest(token, Optional.empty())));
            assertThat(refused)
                    .isEqualTo(new Submission.Refused(new Failure.InvalidField(
                            "resume_token", "resume_token: made by garments/9 (expected: one made by garments/1)")));
        }
    }
}
