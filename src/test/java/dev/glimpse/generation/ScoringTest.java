package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.model.DifferentiableDenoiser;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Likelihoods beside pictures: queues, turns on the devices, and every way in which they end. */
@Timeout(60)
class ScoringTest {
    private static final int EVALUATIONS = 3;
    private static final ScoringSettings SETTINGS = new ScoringSettings(2, 1, 0.25, 4, 8, 1000, 2);

    /** The seeds in whose order scoring began. */
    private final List<Long> begun = new CopyOnWriteArrayList<>();

    private final List<String> entries = Collections.synchronizedList(new ArrayList<>());
    private final Core core = new Core(Settings.of(1), new Scoring(Optional.of(this::score), SETTINGS));

    @AfterEach
    void close() {
        core.close();
    }

    /** Evaluates the network a few times, and tells how often. */
    private Scorer.Scores score(DifferentiableDenoiser denoiser, Scorer.Work work, Scorer.Progress progress) {
        begun.add(work.seed());
        int size = 4 * GaussianEngine.SPEC.dimension();
        for (int i = 1; i <= EVALUATIONS; i++) {
            float[] times = {i, i, i + 1, i};
            float[] v = new float[work.method().probes() * size];
            for (int k = 0; k < v.length; k++) {
                v[k] = k;
            }
            float[] products = new float[v.length];
            denoiser.denoise(new JumpBatch(4, new float[size], times, times, new int[4]), v, new float[size], products);
            assertProducts(times, v, products);
            progress.evaluated(work.pictures().size(), (double) i / EVALUATIONS);
        }
        List<Scorer.PictureScore> scores = work.pictures().stream()
                .map(picture -> new Scorer.PictureScore(
                        picture.label(), OptionalDouble.empty(), picture.pixels()[0], 0, EVALUATIONS))
                .toList();
        return new Scorer.Scores(scores, 1, OptionalDouble.empty(), OptionalDouble.empty());
    }

    private static void assertProducts(float[] times, float[] v, float[] products) {
        double variance = GaussianEngine.SIGMA_DATA * GaussianEngine.SIGMA_DATA;
        for (int k = 0; k < v.length; k++) {
            double t = times[k % (4 * GaussianEngine.SPEC.dimension()) / GaussianEngine.SPEC.dimension()];
            assertThat(products[k]).isEqualTo((float) (variance / (variance + t * t) * v[k]));
        }
    }

    @Test
    void progressAndThenTheScoresAreTold() {
        ScoringStream stream = open(request(1, 2, new ScoringMethod.Ode(1e-3, 1)));
        assertThat(stream.accepted().model().name()).isEqualTo("garments");
        assertThat(stream.accepted().seed()).isEqualTo(1);
        List<ScoringEvent> events = readAll(stream);
        for (ScoringEvent event : events.subList(0, events.size() - 1)) {
            ScoringEvent.Progress progress = (ScoringEvent.Progress) event;
            assertThat(progress.time()).hasValue(progress.evaluations() / 2.0);
            assertThat(progress.nfe()).isEqualTo(2L * progress.evaluations());
            assertThat(progress.share()).isEqualTo(progress.evaluations() / (2.0 * EVALUATIONS));
        }
        ScoringEvent.Scored scored = (ScoringEvent.Scored) events.get(events.size() - 1);
        assertThat(scored.evaluations()).isEqualTo(2 * EVALUATIONS);
        // Label and first pixel, as the scorer sees them.
        assertThat(scored.scores().pictures())
                .extracting(Scorer.PictureScore::bitsPerDimension, Scorer.PictureScore::priorLogDensity)
                .containsExactly(tuple(1.0, 10.0), tuple(1.0, 11.0));
    }

    @Test
    void manyProbesTakeSeveralTurnsAndGiveTheSameProducts() {
        readAll(open(request(1, 1, new ScoringMethod.Ode(1e-3, 5))));
        assertThat(core.engine.derivatives).containsExactly(2, 2, 1, 2, 2, 1, 2, 2, 1);
    }

    @Test
    void pictureThatComesMeanwhileIsNextOnTheDevice() throws Exception {
        core.engine.hold();
        ScoringStream scoring = open(request(1, 1, new ScoringMethod.Ode(1e-3, 1)));
        core.engine.awaitForwards(1);
        GenerationStream pictures = core.open(Requests.steps(2));
        core.engine.letGo(1);
        core.engine.awaitForwards(1);
        assertThat(core.engine.derivatives).hasSize(1);
        core.engine.letAllGo();
        Core.finished(Core.readAll(pictures));
        assertThat(last(scoring)).isInstanceOf(ScoringEvent.Scored.class);
    }

    @Test
    void queueIsBoundedAndSaysWhenToTryAgain() throws Exception {
        core.engine.hold();
        List<ScoringStream> admitted = new ArrayList<>();
        for (int seed = 0; seed < 1 + SETTINGS.maxWaiting(); seed++) {
            admitted.add(open(request(seed, 1, new ScoringMethod.Bound(1))));
            assertThat(admitted.get(seed).accepted().waiting()).isEqualTo(seed);
        }
        core.engine.awaitForwards(1);
        Failure refusal = refusal(request(9, 1, new ScoringMethod.Bound(1)), Client.ANYONE);
        assertThat(refusal).isInstanceOf(Failure.Overloaded.class);
        assertThat(((Failure.Overloaded) refusal).retryAfter()).isPositive();
        core.engine.letAllGo();
        for (ScoringStream stream : admitted) {
            assertThat(last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
        assertThat(begun).containsExactly(0L, 1L, 2L);
    }

    @Test
    void earlierRankGoesFirstAmongThoseThatWait() throws Exception {
        core.engine.hold();
        ScoringStream running = open(request(1, 1, new ScoringMethod.Bound(1)));
        core.engine.awaitForwards(1);
        ScoringStream later = open(request(2, 1, new ScoringMethod.Bound(1)), client(Rank.BACKGROUND));
        ScoringStream sooner = open(request(3, 1, new ScoringMethod.Bound(1)), client(Rank.INTERACTIVE));
        core.engine.letAllGo();
        for (ScoringStream stream : List.of(running, later, sooner)) {
            assertThat(last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
        assertThat(begun).containsExactly(1L, 3L, 2L);
    }

    @Test
    void tenantThatHasBeenGivenLessGoesFirstAmongEqualRanks() throws Exception {
        core.engine.hold();
        ScoringStream running = open(request(1, 1, new ScoringMethod.Bound(1)), client("team", Rank.STANDARD));
        core.engine.awaitForwards(1);
        ScoringStream again = open(request(2, 1, new ScoringMethod.Bound(1)), client("team", Rank.STANDARD));
        ScoringStream other = open(request(3, 1, new ScoringMethod.Bound(1)), client("others", Rank.STANDARD));
        core.engine.letAllGo();
        for (ScoringStream stream : List.of(running, again, other)) {
            assertThat(last(stream)).isInstanceOf(ScoringEvent.Scored.class);
        }
        assertThat(begun).containsExactly(1L, 3L, 2L);
    }

    @Test
    void cancelledRequestEndsAtOnceAndLeavesTheDeviceAfterItsEvaluation() throws Exception {
        core.engine.hold();
        ScoringStream cancelled = open(request(1, 1, new ScoringMethod.Ode(1e-3, 1)));
        core.engine.awaitForwards(1);
        cancelled.cancel();
        cancelled.cancel();
        assertThat(last(cancelled)).isEqualTo(new ScoringEvent.Failed(new Failure.Cancelled()));
        core.engine.letAllGo();
        assertThat(last(open(request(2, 1, new ScoringMethod.Ode(1e-3, 1))))).isInstanceOf(ScoringEvent.Scored.class);
        assertThat(core.engine.derivatives).hasSize(1 + EVALUATIONS);
    }

    @Test
    void deadlineEndsWhatWaits() throws Exception {
        core.engine.hold();
        ScoringStream running = open(request(1, 1, new ScoringMethod.Bound(1)));
        ScoringStream waiting = open(within(request(2, 1, new ScoringMethod.Bound(1)), 100));
        assertThat(last(waiting)).isEqualTo(new ScoringEvent.Failed(new Failure.DeadlineExceeded()));
        core.engine.letAllGo();
        assertThat(last(running)).isInstanceOf(ScoringEvent.Scored.class);
        assertThat(begun).containsExactly(1L);
    }

    @Test
    void deadlineEndsWhatRuns() throws Exception {
        core.engine.hold();
        ScoringStream running = open(within(request(1, 1, new ScoringMethod.Bound(1)), 1000));
        core.engine.awaitForwards(1);
        assertThat(last(running)).isEqualTo(new ScoringEvent.Failed(new Failure.DeadlineExceeded()));
        core.engine.letAllGo();
        assertThat(last(open(request(2, 1, new ScoringMethod.Bound(1))))).isInstanceOf(ScoringEvent.Scored.class);
        assertThat(core.engine.derivatives).hasSize(1 + EVALUATIONS);
    }

    @Test
    void evaluationAndEachOfItsDerivativesAreCharged() {
        ScoringRequest request = request(1, 2, new ScoringMethod.Ode(1e-3, 2));
        readAll(open(request, client(Rank.STANDARD)));
        // Two pictures, three numbers each: the first evaluation is certain, the others are found on the way.
        assertThat(entries).containsExactly("begin 2 6", "spent 6", "spent 6", "end 2 0");
    }

    @Test
    void whatWasCertainAndIsNotUsedIsGivenBack() throws Exception {
        core.engine.hold();
        ScoringStream stream = open(request(1, 2, new ScoringMethod.Bound(5)), client(Rank.STANDARD));
        core.engine.awaitForwards(1);
        stream.cancel();
        last(stream);
        assertThat(entries).containsExactly("begin 2 20", "end 2 20");
    }

    @Test
    void requestBeyondItsEvaluationsIsEnded() {
        try (Core small = new Core(
                Settings.of(1), new Scoring(Optional.of(this::score), new ScoringSettings(2, 1, 0.25, 4, 8, 3, 2)))) {
            ScoringSubmission submission =
                    Core.await(small.service.score(request(1, 1, new ScoringMethod.Ode(1e-3, 1))));
            ScoringEvent end = last(((ScoringSubmission.Admitted) submission).stream());
            assertThat(((ScoringEvent.Failed) end).failure()).isInstanceOf(Failure.LimitReached.class);
            assertThat(small.engine.derivatives.size()).isLessThanOrEqualTo(EVALUATIONS);
        }
    }

    @Test
    void tooMuchIsRefusedByItsField() {
        assertThat(refusal(request(1, 5, new ScoringMethod.Bound(1)), Client.ANYONE)
                        .message())
                .isEqualTo("pictures: 5 of them (expected: 1..4)");
        assertThat(refusal(request(1, 1, new ScoringMethod.Ode(1e-3, 9)), Client.ANYONE)
                        .message())
                .isEqualTo("ode.probes: 9 (expected: 1..8)");
        assertThat(refusal(request(1, 2, new ScoringMethod.Bound(900)), Client.ANYONE)
                        .message())
                .isEqualTo("bound.passes: 900 (expected: at most 250 with 2 pictures, as together they may take 1000"
                        + " evaluations)");
    }

    @Test
    void pictureThatIsNoneIsRefusedByItsPlace() {
        ScoringRequest.Picture small = new ScoringRequest.Picture(
                new EditRequest.Picture(new byte[2], ImageFormat.RAW_U8), Optional.of(new ClassLabel.Index(1)));
        ScoringRequest.Picture nameless = new ScoringRequest.Picture(picture(0), Optional.empty());
        ScoringRequest.Picture fine = new ScoringRequest.Picture(picture(0), Optional.of(new ClassLabel.Name("coat")));
        assertThat(refusal(request(List.of(fine, small)), Client.ANYONE))
                .isEqualTo(new Failure.InvalidField(
                        "pictures[1].image", "pictures[1].image: 2 bytes (expected: 6 = 2 x 3 x 1)"));
        assertThat(refusal(request(List.of(nameless)), Client.ANYONE).message())
                .startsWith("pictures[0].label: none (expected: class_index or class_name");
    }

    @Test
    void evaluationThatFailsIsTakenOnceMoreAndThenGivenUp() {
        core.engine.fail(1);
        assertThat(last(open(request(1, 1, new ScoringMethod.Bound(1))))).isInstanceOf(ScoringEvent.Scored.class);
        core.engine.fail(2);
        ScoringEvent end = last(open(request(2, 1, new ScoringMethod.Bound(1))));
        assertThat(((ScoringEvent.Failed) end).failure()).isInstanceOf(Failure.Unavailable.class);
    }

    @Test
    void modelWithoutDerivativesIsToldSo() {
        core.engine.withoutDerivatives();
        ScoringEvent end = last(open(request(1, 1, new ScoringMethod.Bound(1))));
        assertThat(((ScoringEvent.Failed) end).failure()).isInstanceOf(Failure.Unsupported.class);
        Core.finished(core.run(Requests.steps(1)));
    }

    @Test
    void serverWithoutLikelihoodsSaysSo() {
        try (Core without = new Core(Settings.of(1))) {
            ScoringSubmission submission = Core.await(without.service.score(request(1, 1, new ScoringMethod.Bound(1))));
            assertThat(((ScoringSubmission.Refused) submission).failure()).isInstanceOf(Failure.Unsupported.class);
        }
    }

    @Test
    void modelThatLeavesWaitsForItsLikelihoods() throws Exception {
        ModelShelf shelf = core.service.shelf();
        Core.await(shelf.load(core.engine.source("garments", "2")));
        core.engine.hold();
        ScoringStream running = open(request(1, 1, new ScoringMethod.Bound(1)));
        assertThat(running.accepted().model().version()).isEqualTo("1");
        core.engine.awaitForwards(1);
        Future<Void> unloaded = shelf.unload("garments", "1");
        ScoringStream other = open(request(2, 1, new ScoringMethod.Bound(1)));
        assertThat(other.accepted().model().version()).isEqualTo("2");
        assertThat(unloaded.isComplete()).isFalse();
        core.engine.letAllGo();
        assertThat(last(running)).isInstanceOf(ScoringEvent.Scored.class);
        Core.await(unloaded);
        assertThat(last(other)).isInstanceOf(ScoringEvent.Scored.class);
    }

    @Test
    void closingEndsWhatRunsAfterTheGracePeriod() throws Exception {
        try (Core hasty =
                new Core(Settings.of(1, Duration.ofMillis(50)), new Scoring(Optional.of(this::score), SETTINGS))) {
            hasty.engine.hold();
            ScoringStream running = ((ScoringSubmission.Admitted)
                            Core.await(hasty.service.score(request(1, 1, new ScoringMethod.Bound(1)))))
                    .stream();
            hasty.engine.awaitForwards(1);
            Future<Void> closed = hasty.service.close();
            ScoringEvent end = last(running);
            assertThat(((ScoringEvent.Failed) end).failure()).isInstanceOf(Failure.Unavailable.class);
            hasty.engine.letAllGo();
            Core.await(closed);
            assertThat(Core.await(hasty.service.score(request(2, 1, new ScoringMethod.Bound(1)))))
                    .isInstanceOf(ScoringSubmission.Refused.class);
        }
    }

    private ScoringStream open(ScoringRequest request) {
        return open(request, Client.ANYONE);
    }

    private ScoringStream open(ScoringRequest request, Client client) {
        ScoringSubmission submission = Core.await(core.service.as(client).score(request));
        assertThat(submission).isInstanceOf(ScoringSubmission.Admitted.class);
        return ((ScoringSubmission.Admitted) submission).stream();
    }

    private Failure refusal(ScoringRequest request, Client client) {
        ScoringSubmission submission = Core.await(core.service.as(client).score(request));
        assertThat(submission).isInstanceOf(ScoringSubmission.Refused.class);
        return ((ScoringSubmission.Refused) submission).failure();
    }

    private static List<ScoringEvent> readAll(ScoringStream stream) {
        List<ScoringEvent> events = new ArrayList<>();
        do {
            events.add(Core.await(stream.next()));
        } while (events.get(events.size() - 1) instanceof ScoringEvent.Progress);
        return events;
    }

    private static ScoringEvent last(ScoringStream stream) {
        List<ScoringEvent> events = readAll(stream);
        return events.get(events.size() - 1);
    }

    /** Pictures of class 1 whose pixels are 10, 11, ... */
    private static ScoringRequest request(long seed, int pictures, ScoringMethod method) {
        List<ScoringRequest.Picture> all = new ArrayList<>();
        for (int i = 0; i < pictures; i++) {
            all.add(new ScoringRequest.Picture(picture(10 + i), Optional.of(new ClassLabel.Index(1))));
        }
        return new ScoringRequest("", "", all, method, seed, Optional.empty());
    }

    private static ScoringRequest request(List<ScoringRequest.Picture> pictures) {
        return new ScoringRequest("", "", pictures, new ScoringMethod.Bound(1), 0, Optional.empty());
    }

    private static ScoringRequest within(ScoringRequest request, long millis) {
        return new ScoringRequest(
                request.model(),
                request.version(),
                request.pictures(),
                request.method(),
                request.seed(),
                Optional.of(Duration.ofMillis(millis)));
    }

    private static EditRequest.Picture picture(int pixel) {
        byte[] pixels = new byte[GaussianEngine.SPEC.dimension()];
        Arrays.fill(pixels, (byte) pixel);
        return new EditRequest.Picture(pixels, ImageFormat.RAW_U8);
    }

    private Client client(Rank rank) {
        return client("team", rank);
    }

    private Client client(String tenant, Rank rank) {
        return new Client(tenant, rank, 1, new Budget() {
            @Override
            public Optional<Failure> begin(int trajectories, long nfe) {
                entries.add("begin " + trajectories + " " + nfe);
                return Optional.empty();
            }

            @Override
            public void spent(long nfe) {
                entries.add("spent " + nfe);
            }

            @Override
            public void sent(long bytes) {
                entries.add("sent " + bytes);
            }

            @Override
            public void end(int trajectories, long unusedNfe) {
                entries.add("end " + trajectories + " " + unusedNfe);
            }
        });
    }
}
