package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.scheduler.Rank;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Likelihoods beside pictures: queues, turns on the devices, and what they are charged. */
@Timeout(60)
class ScoringTest {
    private final ScoringCore scoring = new ScoringCore();

    @AfterEach
    void close() {
        scoring.close();
    }

    @Test
    void progressAndThenTheScoresAreTold() {
        ScoringStream stream = scoring.open(ScoringCore.request(1, 2, new ScoringMethod.Ode(1e-3, 1)));
        assertThat(stream.accepted().model().name()).isEqualTo("garments");
        assertThat(stream.accepted().seed()).isEqualTo(1);
        List<ScoringEvent> events = ScoringCore.readAll(stream);
        for (ScoringEvent event : events.subList(0, events.size() - 1)) {
            ScoringEvent.Progress progress = (ScoringEvent.Progress) event;
            assertThat(progress.time()).hasValue(progress.evaluations() / 2.0);
            assertThat(progress.nfe()).isEqualTo(2L * progress.evaluations());
            assertThat(progress.share()).isEqualTo(progress.evaluations() / (2.0 * ScoringCore.EVALUATIONS));
        }
        ScoringEvent.Scored scored = (ScoringEvent.Scored) events.get(events.size() - 1);
        assertThat(scored.evaluations()).isEqualTo(2 * ScoringCore.EVALUATIONS);
        // Label and first pixel, as the scorer sees them.
        assertThat(scored.scores().pictures())
                .extracting(Scorer.PictureScore::bitsPerDimension, Scorer.PictureScore::priorLogDensity)
                .containsExactly(tuple(1.0, 10.0), tuple(1.0, 11.0));
    }

    @Test
    void manyProbesTakeSeveralTurnsAndGiveTheSameProducts() {
        ScoringCore.readAll(scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Ode(1e-3, 5))));
        assertThat(scoring.core.engine.derivatives).containsExactly(2, 2, 1, 2, 2, 1, 2, 2, 1);
    }

    @Test
    void pictureThatComesMeanwhileIsNextOnTheDevice() throws Exception {
        scoring.core.engine.hold();
        ScoringStream likelihood = scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Ode(1e-3, 1)));
        scoring.core.engine.awaitForwards(1);
        GenerationStream pictures = scoring.core.open(Requests.steps(2));
        scoring.core.engine.letGo(1);
        scoring.core.engine.awaitForwards(1);
        assertThat(scoring.core.engine.derivatives).hasSize(1);
        scoring.core.engine.letAllGo();
        Core.finished(Core.readAll(pictures));
        assertThat(ScoringCore.last(likelihood)).isInstanceOf(ScoringEvent.Scored.class);
    }

    @Test
    void queueIsBoundedAndSaysWhenToTryAgain() throws Exception {
        scoring.core.engine.hold();
        List<ScoringStream> admitted = new ArrayList<>();
        for (int seed = 0; seed < 1 + ScoringCore.SETTINGS.maxWaiting(); seed++) {
            admitted.add(scoring.open(ScoringCore.request(seed, 1, new ScoringMethod.Bound(1))));
            assertThat(admitted.get(seed).accepted().waiting()).isEqualTo(seed);
        }
        scoring.core.engine.awaitForwards(1);
        Failure refusal = scoring.refusal(ScoringCore.request(9, 1, new ScoringMethod.Bound(1)), Client.ANYONE);
        assertThat(refusal).isInstanceOf(Failure.Overloaded.class);
        assertThat(((Failure.Overloaded) refusal).retryAfter()).isPositive();
        scoring.core.engine.letAllGo();
        for (ScoringStream stream : admitted) {
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
        assertThat(scoring.begun).containsExactly(0L, 1L, 2L);
    }

    @Test
    void earlierRankGoesFirstAmongThoseThatWait() throws Exception {
        scoring.core.engine.hold();
        ScoringStream running = scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
        scoring.core.engine.awaitForwards(1);
        ScoringStream later =
                scoring.open(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)), scoring.client(Rank.BACKGROUND));
        ScoringStream sooner =
                scoring.open(ScoringCore.request(3, 1, new ScoringMethod.Bound(1)), scoring.client(Rank.INTERACTIVE));
        scoring.core.engine.letAllGo();
        for (ScoringStream stream : List.of(running, later, sooner)) {
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
        assertThat(scoring.begun).containsExactly(1L, 3L, 2L);
    }

    @Test
    void requestIsToldOfThoseAloneThatGoBeforeIt() throws Exception {
        scoring.core.engine.hold();
        List<ScoringStream> streams = new ArrayList<>();
        streams.add(scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)), scoring.client(Rank.STANDARD)));
        scoring.core.engine.awaitForwards(1);
        streams.add(
                scoring.open(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)), scoring.client(Rank.BACKGROUND)));
        streams.add(
                scoring.open(ScoringCore.request(3, 1, new ScoringMethod.Bound(1)), scoring.client(Rank.INTERACTIVE)));
        assertThat(streams).extracting(stream -> stream.accepted().waiting()).containsExactly(0, 1, 1);
        scoring.core.engine.letAllGo();
        for (ScoringStream stream : streams) {
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
        assertThat(scoring.begun).containsExactly(1L, 3L, 2L);
    }

    @Test
    void tenantThatHasBeenGivenLessGoesFirstAmongEqualRanks() throws Exception {
        scoring.core.engine.hold();
        ScoringStream running = scoring.open(
                ScoringCore.request(1, 1, new ScoringMethod.Bound(1)), scoring.client("team", Rank.STANDARD));
        scoring.core.engine.awaitForwards(1);
        ScoringStream again = scoring.open(
                ScoringCore.request(2, 1, new ScoringMethod.Bound(1)), scoring.client("team", Rank.STANDARD));
        ScoringStream other = scoring.open(
                ScoringCore.request(3, 1, new ScoringMethod.Bound(1)), scoring.client("others", Rank.STANDARD));
        scoring.core.engine.letAllGo();
        for (ScoringStream stream : List.of(running, again, other)) {
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
        assertThat(scoring.begun).containsExactly(1L, 3L, 2L);
    }

    @Test
    void tenantOfMoreWeightGoesFirstThoughItHasBeenGivenMore() throws Exception {
        ScoringSettings roomy = new ScoringSettings(3, 1, 0.25, 4, 8, 1000, 2);
        try (ScoringCore core = new ScoringCore(roomy, Duration.ofSeconds(10))) {
            Client heavy = core.client("heavy", Rank.STANDARD, 3);
            Client light = core.client("light", Rank.STANDARD, 1);
            core.core.engine.hold();
            List<ScoringStream> streams = new ArrayList<>();
            // Two pictures for a third of the weight each, then one for all of it.
            streams.add(core.open(ScoringCore.request(1, 2, new ScoringMethod.Bound(1)), heavy));
            core.core.engine.awaitForwards(1);
            streams.add(core.open(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)), light));
            streams.add(core.open(ScoringCore.request(3, 1, new ScoringMethod.Bound(1)), light));
            streams.add(core.open(ScoringCore.request(4, 1, new ScoringMethod.Bound(1)), heavy));
            core.core.engine.letAllGo();
            for (ScoringStream stream : streams) {
                assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
            }
            assertThat(core.begun).containsExactly(1L, 2L, 4L, 3L);
        }
    }

    @Test
    void refusalSaysHowLongTheRunningRequestWillTakeGoingByWhatItHasDone() throws Exception {
        long begun = System.nanoTime();
        scoring.core.engine.hold();
        List<ScoringStream> admitted = new ArrayList<>();
        for (int seed = 0; seed < 1 + ScoringCore.SETTINGS.maxWaiting(); seed++) {
            admitted.add(scoring.open(ScoringCore.request(seed, 1, new ScoringMethod.Bound(1))));
        }
        scoring.core.engine.letGo(1);
        assertThat(Core.await(admitted.get(0).next())).isInstanceOf(ScoringEvent.Progress.class);
        Core.await(scoring.core.vertx.timer(700, TimeUnit.MILLISECONDS));
        Failure refusal = scoring.refusal(ScoringCore.request(9, 1, new ScoringMethod.Bound(1)), Client.ANYONE);
        // A third is done, so the rest takes twice as long as it has taken.
        Duration most = Duration.ofNanos(2 * (System.nanoTime() - begun));
        assertThat(((Failure.Overloaded) refusal).retryAfter()).isBetween(Duration.ofMillis(1400), most);
        scoring.core.engine.letAllGo();
        for (ScoringStream stream : admitted) {
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
    }

    @Test
    void refusalDoesNotTakeTheTimeInTheQueueForTimeAtWork() throws Exception {
        scoring.core.engine.hold();
        ScoringStream first = scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
        List<ScoringStream> later = new ArrayList<>();
        later.add(scoring.open(ScoringCore.request(2, 1, new ScoringMethod.Bound(1))));
        Core.await(scoring.core.vertx.timer(700, TimeUnit.MILLISECONDS));
        long begun = System.nanoTime();
        scoring.core.engine.letGo(ScoringCore.EVALUATIONS + 1);
        assertThat(ScoringCore.last(first)).isInstanceOf(ScoringEvent.Scored.class);
        assertThat(Core.await(later.get(0).next())).isInstanceOf(ScoringEvent.Progress.class);
        for (int seed = 3; seed < 3 + ScoringCore.SETTINGS.maxWaiting(); seed++) {
            later.add(scoring.open(ScoringCore.request(seed, 1, new ScoringMethod.Bound(1))));
        }
        Failure refusal = scoring.refusal(ScoringCore.request(9, 1, new ScoringMethod.Bound(1)), Client.ANYONE);
        // A third is done, and no retry is sooner than a second.
        Duration most = Duration.ofNanos(Math.max(1_000_000_000, 2 * (System.nanoTime() - begun)));
        assertThat(((Failure.Overloaded) refusal).retryAfter()).isBetween(Duration.ofSeconds(1), most);
        scoring.core.engine.letAllGo();
        for (ScoringStream stream : later) {
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
    }

    @Test
    void evaluationAndEachOfItsDerivativesAreCharged() {
        ScoringRequest request = ScoringCore.request(1, 2, new ScoringMethod.Ode(1e-3, 2));
        ScoringCore.readAll(scoring.open(request, scoring.client(Rank.STANDARD)));
        // Two pictures, three numbers each: the first evaluation is certain, the others are found on the way.
        assertThat(scoring.entries).containsExactly("begin 2 6", "spent 6", "spent 6", "end 2 0");
    }

    @Test
    void whatWasCertainAndIsNotUsedIsGivenBack() throws Exception {
        scoring.core.engine.hold();
        ScoringStream stream =
                scoring.open(ScoringCore.request(1, 2, new ScoringMethod.Bound(5)), scoring.client(Rank.STANDARD));
        scoring.core.engine.awaitForwards(1);
        stream.cancel();
        ScoringCore.last(stream);
        assertThat(scoring.entries).containsExactly("begin 2 20", "end 2 20");
    }

    @Test
    void whatIsRefusedForItsPicturesIsGivenBack() {
        EditRequest.Picture small = new EditRequest.Picture(new byte[2], ImageFormat.RAW_U8);
        ScoringRequest request = ScoringCore.request(List.of(new ScoringRequest.Picture(small, Optional.empty())));
        assertThat(scoring.refusal(request, scoring.client(Rank.STANDARD))).isInstanceOf(Failure.InvalidField.class);
        assertThat(scoring.entries).containsExactly("begin 1 2", "end 1 2");
    }

    @Test
    void whoFindsTheQueueFullIsToldSoBeforeAPictureIsRead() {
        scoring.core.engine.hold();
        List<ScoringStream> admitted = new ArrayList<>();
        for (int seed = 0; seed < 1 + ScoringCore.SETTINGS.maxWaiting(); seed++) {
            admitted.add(scoring.open(ScoringCore.request(seed, 1, new ScoringMethod.Bound(1))));
        }
        Semaphore large = new Semaphore(0);
        int readers = Settings.of(1).encoders();
        for (int i = 0; i < readers; i++) {
            scoring.core.service.resolve(true, Client.ANYONE, () -> {
                large.acquireUninterruptibly();
                return new Resolution.Refused(new Failure.DeadlineExceeded());
            });
        }
        ScoringRequest another = ScoringCore.request(9, 1, new ScoringMethod.Bound(1));
        assertThat(scoring.refusal(another, scoring.client(Rank.STANDARD))).isInstanceOf(Failure.Overloaded.class);
        assertThat(scoring.entries).isEmpty();
        large.release(readers);
        scoring.core.engine.letAllGo();
        for (ScoringStream stream : admitted) {
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
    }
}
