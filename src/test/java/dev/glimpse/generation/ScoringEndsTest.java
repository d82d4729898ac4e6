package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.model.JumpBatch;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every way in which requests for likelihoods end, or do not begin. */
// Forwards that take long on a busy machine look stuck.
@Tag("alone")
@Timeout(60)
class ScoringEndsTest {
    private final ScoringCore scoring = new ScoringCore();

    @AfterEach
    void close() {
        scoring.close();
    }

    @Test
    void cancelledRequestEndsAtOnceAndLeavesTheDeviceAfterItsEvaluation() throws Exception {
        scoring.core.engine.hold();
        ScoringStream cancelled = scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Ode(1e-3, 1)));
        scoring.core.engine.awaitForwards(1);
        cancelled.cancel();
        cancelled.cancel();
        assertThat(ScoringCore.last(cancelled)).isEqualTo(new ScoringEvent.Failed(new Failure.Cancelled()));
        scoring.core.engine.letAllGo();
        assertThat(ScoringCore.last(scoring.open(ScoringCore.request(2, 1, new ScoringMethod.Ode(1e-3, 1)))))
                .isInstanceOf(ScoringEvent.Scored.class);
        assertThat(scoring.core.engine.derivatives).hasSize(1 + ScoringCore.EVALUATIONS);
    }

    @Test
    void deadlineEndsWhatWaits() throws Exception {
        scoring.core.engine.hold();
        ScoringStream running = scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
        ScoringStream waiting =
                scoring.open(ScoringCore.within(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)), 100));
        assertThat(ScoringCore.last(waiting)).isEqualTo(new ScoringEvent.Failed(new Failure.DeadlineExceeded()));
        scoring.core.engine.letAllGo();
        assertThat(ScoringCore.last(running)).isInstanceOf(ScoringEvent.Scored.class);
        assertThat(scoring.begun).containsExactly(1L);
    }

    @Test
    void whoeverListensIsToldHowManyWait() throws Exception {
        List<Integer> told = new CopyOnWriteArrayList<>();
        GenerationListener listener = new GenerationListener() {
            @Override
            public void scoresWaiting(int requests) {
                told.add(requests);
            }
        };
        try (ScoringCore heard = new ScoringCore(StuckRule.NONE, listener)) {
            heard.core.engine.hold();
            ScoringStream running = heard.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
            ScoringStream next = heard.open(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)));
            ScoringStream leaving = heard.open(ScoringCore.request(3, 1, new ScoringMethod.Bound(1)));
            assertThat(told).containsExactly(0, 1, 2);
            leaving.cancel();
            assertThat(ScoringCore.last(leaving)).isInstanceOf(ScoringEvent.Failed.class);
            assertThat(told).containsExactly(0, 1, 2, 1);
            heard.core.engine.letAllGo();
            assertThat(ScoringCore.last(running)).isInstanceOf(ScoringEvent.Scored.class);
            assertThat(ScoringCore.last(next)).isInstanceOf(ScoringEvent.Scored.class);
            assertThat(told).startsWith(0, 1, 2, 1, 0);
        }
    }

    @Test
    void deadlineEndsWhatRuns() throws Exception {
        scoring.core.engine.hold();
        ScoringStream running =
                scoring.open(ScoringCore.within(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)), 1000));
        scoring.core.engine.awaitForwards(1);
        assertThat(ScoringCore.last(running)).isEqualTo(new ScoringEvent.Failed(new Failure.DeadlineExceeded()));
        scoring.core.engine.letAllGo();
        assertThat(ScoringCore.last(scoring.open(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)))))
                .isInstanceOf(ScoringEvent.Scored.class);
        assertThat(scoring.core.engine.derivatives).hasSize(1 + ScoringCore.EVALUATIONS);
    }

    @Test
    void requestBeyondItsEvaluationsIsEnded() {
        ScoringSettings small = new ScoringSettings(2, 1, 0.25, 4, 8, 3, 2);
        try (ScoringCore bounded = new ScoringCore(small, Duration.ofSeconds(10))) {
            ScoringEvent end =
                    ScoringCore.last(bounded.open(ScoringCore.request(1, 1, new ScoringMethod.Ode(1e-3, 1))));
            assertThat(((ScoringEvent.Failed) end).failure()).isInstanceOf(Failure.LimitReached.class);
            assertThat(bounded.core.engine.derivatives.size()).isLessThanOrEqualTo(ScoringCore.EVALUATIONS);
        }
    }

    @Test
    void tooMuchIsRefusedByItsField() {
        assertThat(scoring.refusal(ScoringCore.request(1, 5, new ScoringMethod.Bound(1)), Client.ANYONE)
                        .message())
                .isEqualTo("pictures: 5 of them (expected: 1..4)");
        assertThat(scoring.refusal(ScoringCore.request(1, 1, new ScoringMethod.Ode(1e-3, 9)), Client.ANYONE)
                        .message())
                .isEqualTo("ode.probes: 9 (expected: 1..8)");
        assertThatThrownBy(() -> new ScoringMethod.Bound(1001))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessage("bound.passes: 1001 (expected: 1..1000)");
        assertThat(scoring.refusal(ScoringCore.request(1, 2, new ScoringMethod.Bound(900)), Client.ANYONE)
                        .message())
                .isEqualTo("bound.passes: 900 (expected: at most 250 with 2 pictures, as together they may take 1000"
                        + " evaluations)");
    }

    @Test
    void pictureThatIsNoneIsRefusedByItsPlace() {
        ScoringRequest.Picture small = new ScoringRequest.Picture(
                new EditRequest.Picture(new byte[2], ImageFormat.RAW_U8), Optional.of(new ClassLabel.Index(1)));
        ScoringRequest.Picture nameless = new ScoringRequest.Picture(ScoringCore.picture(0), Optional.empty());
        ScoringRequest.Picture fine =
                new ScoringRequest.Picture(ScoringCore.picture(0), Optional.of(new ClassLabel.Name("coat")));
        assertThat(scoring.refusal(ScoringCore.request(List.of(fine, small)), Client.ANYONE))
                .isEqualTo(new Failure.InvalidField(
                        "pictures[1].image", "pictures[1].image: 2 bytes (expected: 6 = 2 x 3 x 1)"));
        assertThat(scoring.refusal(ScoringCore.request(List.of(nameless)), Client.ANYONE)
                        .message())
                .startsWith("pictures[0].label: none (expected: class_index or class_name");
    }

    @Test
    void evaluationThatFailsIsTakenOnceMoreAndThenGivenUp() {
        scoring.core.engine.fail(1);
        assertThat(ScoringCore.last(scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)))))
                .isInstanceOf(ScoringEvent.Scored.class);
        scoring.core.engine.fail(2);
        ScoringEvent end = ScoringCore.last(scoring.open(ScoringCore.request(2, 1, new ScoringMethod.Bound(1))));
        assertThat(((ScoringEvent.Failed) end).failure()).isInstanceOf(Failure.Unavailable.class);
    }

    @Test
    void whoeverListensIsToldOfTheEvaluationThatFailed() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (ScoringCore heard = new ScoringCore(StuckRule.NONE, lending(told))) {
            heard.core.engine.fail(1);
            ScoringStream stream = heard.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
            assertThat(told).startsWith("lent 0", "failed 0", "lent 0", "returned 0");
            assertThat(told).filteredOn("failed 0"::equals).hasSize(1);
        }
    }

    @Test
    void modelWithoutDerivativesIsNoFailureOfItsDevice() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (ScoringCore heard = new ScoringCore(StuckRule.NONE, lending(told))) {
            heard.core.engine.withoutDerivatives();
            ScoringStream stream = heard.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Failed.class);
            assertThat(told).containsExactly("lent 0", "returned 0");
        }
    }

    private static GenerationListener lending(List<String> told) {
        return new GenerationListener() {
            @Override
            public void lent(int device, long nowNanos) {
                told.add("lent " + device);
            }

            @Override
            public void returned(int device, boolean failed) {
                told.add((failed ? "failed " : "returned ") + device);
            }
        };
    }

    @Test
    void evaluationThatHangsIsGivenUpAfterTheFloorAndTakenOnceMore() {
        List<String> told = new CopyOnWriteArrayList<>();
        // So many times the floor would be longer than this test.
        StuckRule rule = new StuckRule(1_000, Duration.ofMillis(300), 1);
        try (ScoringCore impatient = new ScoringCore(rule, lending(told))) {
            impatient.core.engine.hang(List.of(0));
            ScoringStream stream = impatient.open(ScoringCore.request(1, 1, new ScoringMethod.Ode(1e-3, 1)));
            assertThat(ScoringCore.last(stream)).isInstanceOf(ScoringEvent.Scored.class);
            assertThat(told).hasSize(2 * (1 + ScoringCore.EVALUATIONS)).startsWith("lent 0", "failed 0", "lent 0");
        }
    }

    @Test
    void nothingIsAdmittedWhileNoDeviceWorks() throws Exception {
        CountDownLatch hung = new CountDownLatch(1);
        GenerationListener listener = new GenerationListener() {
            @Override
            public void hung(int threads) {
                hung.countDown();
            }
        };
        try (ScoringCore lost = new ScoringCore(new StuckRule(1_000, Duration.ofMillis(300), 0), listener)) {
            lost.core.engine.hang(List.of(0));
            ScoringStream waiting = lost.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
            assertThat(hung.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(lost.refusal(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)), Client.ANYONE))
                    .isEqualTo(
                            new Failure.Unavailable("no device works: 1 forward does not end", Duration.ofSeconds(1)));
            lost.core.engine.comeBack();
            assertThat(ScoringCore.last(waiting)).isInstanceOf(ScoringEvent.Scored.class);
        }
    }

    @Test
    void evaluationThatComesBackLateLeavesWhatWasMadeMeanwhileAlone() throws Exception {
        int size = GaussianEngine.SPEC.dimension();
        float[] g = new float[size];
        float[] products = new float[size];
        Scorer scorer = (denoiser, work, progress) -> {
            float[] times = {1};
            JumpBatch batch = new JumpBatch(1, new float[size], times, times, new int[1]);
            denoiser.denoise(batch, new float[size], g, products);
            Arrays.fill(g, 7);
            Arrays.fill(products, 7);
            return new Scorer.Scores(List.of(), 1, OptionalDouble.empty(), OptionalDouble.empty());
        };
        CountDownLatch cameBack = new CountDownLatch(2);
        GenerationListener listener = new GenerationListener() {
            @Override
            public void hung(int threads) {
                cameBack.countDown();
            }
        };
        GenerationSettings settings = Settings.impatient(1, new StuckRule(1, Duration.ofMillis(300), 1));
        Scoring late = new Scoring(Optional.of(scorer), ScoringCore.SETTINGS);
        try (Core core = new Core(settings, listener, late)) {
            core.engine.hang(List.of(0));
            ScoringSubmission submission =
                    Core.await(core.generator().score(ScoringCore.request(1, 1, new ScoringMethod.Bound(1))));
            assertThat(ScoringCore.last(((ScoringSubmission.Admitted) submission).stream()))
                    .isInstanceOf(ScoringEvent.Scored.class);
            core.engine.comeBack();
            assertThat(cameBack.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(g).containsOnly(7);
            assertThat(products).containsOnly(7);
        }
    }

    @Test
    void evaluationIsGivenAsMuchLongerAsItIsLarger() {
        TurnTimes times = new TurnTimes();
        assertThat(times.expectedNanos(order(4, 1))).isZero();
        times.took(order(4, 1), 8_000);
        assertThat(times.expectedNanos(order(4, 1))).isEqualTo(8_000);
        assertThat(times.expectedNanos(order(2, 3))).isEqualTo(8_000);
        assertThat(times.expectedNanos(order(4, 3))).isEqualTo(16_000);
        times.forget("garments/1");
        assertThat(times.expectedNanos(order(4, 1))).isZero();
    }

    private static DerivativeOrder order(int rows, int vectors) {
        int size = rows * GaussianEngine.SPEC.dimension();
        float[] v = new float[vectors * size];
        JumpBatch batch = new JumpBatch(rows, new float[size], new float[rows], new float[rows], new int[rows]);
        return new DerivativeOrder("garments/1", batch, v, new float[size], new float[v.length]);
    }

    @Test
    void modelWithoutDerivativesIsToldSo() {
        scoring.core.engine.withoutDerivatives();
        ScoringEvent end = ScoringCore.last(scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1))));
        assertThat(((ScoringEvent.Failed) end).failure()).isInstanceOf(Failure.Unsupported.class);
        Core.finished(scoring.core.run(Requests.steps(1)));
    }

    @Test
    void serverWithoutLikelihoodsSaysSo() {
        try (Core without = new Core(Settings.of(1))) {
            ScoringSubmission submission =
                    Core.await(without.generator().score(ScoringCore.request(1, 1, new ScoringMethod.Bound(1))));
            assertThat(((ScoringSubmission.Refused) submission).failure()).isInstanceOf(Failure.Unsupported.class);
        }
    }

    @Test
    void modelThatLeavesWaitsForItsLikelihoods() throws Exception {
        ModelShelf shelf = scoring.core.service.shelf();
        Core.await(shelf.load(scoring.core.engine.source("garments", "2")));
        scoring.core.engine.hold();
        ScoringStream running = scoring.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
        assertThat(running.accepted().model().version()).isEqualTo("1");
        scoring.core.engine.awaitForwards(1);
        Future<Void> unloaded = shelf.unload("garments", "1");
        ScoringStream other = scoring.open(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)));
        assertThat(other.accepted().model().version()).isEqualTo("2");
        assertThat(unloaded.isComplete()).isFalse();
        scoring.core.engine.letAllGo();
        assertThat(ScoringCore.last(running)).isInstanceOf(ScoringEvent.Scored.class);
        Core.await(unloaded);
        assertThat(ScoringCore.last(other)).isInstanceOf(ScoringEvent.Scored.class);
    }

    @Test
    void closingEndsWhatRunsAfterTheGracePeriod() throws Exception {
        try (ScoringCore hasty = new ScoringCore(ScoringCore.SETTINGS, Duration.ofMillis(50))) {
            hasty.core.engine.hold();
            ScoringStream running = hasty.open(ScoringCore.request(1, 1, new ScoringMethod.Bound(1)));
            hasty.core.engine.awaitForwards(1);
            Future<Void> closed = hasty.core.service.close();
            ScoringEvent end = ScoringCore.last(running);
            assertThat(((ScoringEvent.Failed) end).failure()).isInstanceOf(Failure.Unavailable.class);
            hasty.core.engine.letAllGo();
            Core.await(closed);
            assertThat(hasty.refusal(ScoringCore.request(2, 1, new ScoringMethod.Bound(1)), Client.ANYONE))
                    .isInstanceOf(Failure.Unavailable.class);
        }
    }
}
