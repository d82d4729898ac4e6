package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Knots;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import dev.glimpse.model.ModelSpec;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestResolverTest {
    private static final ModelSpec PLAIN = new ModelSpec(1, 2, 2, List.of(), 0.002, 80, 0.5, 7, true);

    private static final ModelSpec STOPPING =
            new ModelSpec(1, 2, 3, List.of(), 0.002, 80, 0.5, 7, true, OptionalDouble.of(20));

    private static final ModelSpec DENOISER = new ModelSpec(1, 2, 2, List.of(), 0.002, 80, 0.5, 7, false);

    private final GaussianEngine engine = new GaussianEngine();
    private final ModelCatalog catalog = new ModelCatalog(List.of(
            engine.source("garments", "2"),
            engine.source("garments", "1"),
            new ModelSource("plain", "1", PLAIN, engine),
            new ModelSource("stopping", "1", STOPPING, engine),
            new ModelSource("teacher", "1", DENOISER, engine)));
    private final RequestResolver resolver = new RequestResolver(
            () -> catalog,
            Settings.of(2),
            new ResumeTokens(Settings.of(2).resume(), Settings.LIMITS, InstantSource.system()),
            new SecureRandom());

    private PlannedRequest resolved(GenerationRequest request) {
        Resolution resolution = resolver.resolve(request);
        assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
        return ((Resolution.Resolved) resolution).request();
    }

    private Failure refused(GenerationRequest request) {
        Resolution resolution = resolver.resolve(request);
        assertThat(resolution).isInstanceOf(Resolution.Refused.class);
        return ((Resolution.Refused) resolution).failure();
    }

    private static Failure invalid(String field, String message) {
        return new Failure.InvalidField(field, message);
    }

    @Test
    void emptyNameAndVersionMeanTheFirstOfTheCatalog() {
        assertThat(resolved(Requests.steps(1).build()).accepted().model().version())
                .isEqualTo("2");
        assertThat(resolved(Requests.steps(1).of("garments", "1"))
                        .accepted()
                        .model()
                        .version())
                .isEqualTo("1");
    }

    private Resolution refined(PlannedRequest made, int fromStep, OptionalDouble time, PlanRequest plan) {
        Refinement refinement = new Refinement(0, fromStep, time, 1, plan);
        return resolver.resolve(
                made.recipe(), new RefineRequest("", refinement, PreviewKind.NONE, ImageFormat.PNG, Optional.empty()));
    }

    private static List<Double> times(Resolution resolution) {
        assertThat(resolution).isInstanceOf(Resolution.Resolved.class);
        return ((Resolution.Resolved) resolution)
                .request().accepted().plan().steps().stream().map(Step::t).toList();
    }

    /** Whoever refines from the noise asks for the jumps that a request would have. */
    @Test
    void aModelsLastJumpBeginsWhereItDoesInRefinementsOfTheNoiseToo() {
        PlannedRequest made = resolved(Requests.steps(2).anyLabel().of("stopping", ""));
        PlanRequest plan = made.recipe().request().plan();
        assertThat(made.accepted().plan().steps()).extracting(Step::t).containsExactly(80.0, 20.0);
        assertThat(times(refined(made, 0, OptionalDouble.empty(), plan))).containsExactly(80.0, 20.0);
        // What is known of a picture needs the lower times as well.
        assertThat(times(refined(made, 1, OptionalDouble.of(80), plan)).get(1)).isLessThan(20);
        byte[] pixels = new byte[6];
        EditRequest stroke =
                new EditRequest.Stroke(new EditRequest.Picture(pixels, ImageFormat.RAW_U8), OptionalDouble.of(80));
        PlannedRequest edited =
                resolved(Requests.steps(2).anyLabel().of("stopping", "").with(stroke));
        assertThat(times(refined(edited, 0, OptionalDouble.empty(), plan)).get(1))
                .isLessThan(20);
    }

    @Test
    void aRefinementThatMakesATrajectoryTooLongIsRefusedByItsEvaluations() {
        PlannedRequest made = resolved(Requests.steps(64).sampler(Sampler.HEUN).build());
        PlanRequest plan = made.recipe().request().plan();
        Resolution longer = refined(made, 127, OptionalDouble.of(80), plan);
        assertThat(longer).isInstanceOf(Resolution.Resolved.class);
        assertThat(refined(((Resolution.Resolved) longer).request(), 200, OptionalDouble.of(80), plan))
                .isEqualTo(new Resolution.Refused(invalid(
                        "from_step",
                        "from_step: 200 (expected: at most 129, as a trajectory may take 256 evaluations and 127"
                                + " follow)")));
    }

    @Test
    void aRequestThatWasGrantedFewerStepsIsStillSaidToBeSoWhenItGoesOn() {
        Resolution whole = resolver.resolve(Requests.steps(4).build());
        Resolution shortened = resolver.shortened((Resolution.Resolved) whole, 2);
        for (Resolution begun : List.of(whole, shortened)) {
            GenerationEvent.Accepted accepted =
                    ((Resolution.Resolved) begun).request().accepted();
            String token = accepted.terms().resumeToken();
            Resolution resumed = resolver.resolve(new ResumeRequest(token, Optional.empty()));
            GenerationEvent.Terms terms =
                    ((Resolution.Resolved) resumed).request().accepted().terms();
            assertThat(terms.shortened())
                    .isEqualTo(accepted.terms().shortened())
                    .isEqualTo(begun == shortened);
        }
    }

    @Test
    void tokenOfTheLongestChainOfRefinementsIsTaken() {
        int steps = Settings.LIMITS.maxSteps();
        List<Double> times = IntStream.rangeClosed(0, steps)
                .mapToObj(i -> 80 - i * (80 - 0.002) / steps)
                .toList();
        PlannedRequest made =
                resolved(Requests.steps(1).knots(new Knots.Times(times)).build());
        for (int depth = 0; depth < Recipe.MAX_DEPTH; depth++) {
            Resolution refined = resolver.resolve(
                    made.recipe(),
                    new RefineRequest(
                            "",
                            new Refinement(
                                    0,
                                    0,
                                    OptionalDouble.empty(),
                                    1,
                                    made.recipe().request().plan()),
                            PreviewKind.NONE,
                            ImageFormat.PNG,
                            Optional.empty()));
            assertThat(refined).isInstanceOf(Resolution.Resolved.class);
            made = ((Resolution.Resolved) refined).request();
        }
        String token = made.accepted().terms().resumeToken();
        Resolution resumed = resolver.resolve(new ResumeRequest(token, Optional.empty()));
        assertThat(resumed).isInstanceOf(Resolution.Resolved.class);
        assertThat(((Resolution.Resolved) resumed).request().recipe()).isEqualTo(made.recipe());
    }

    @Test
    void servedModelSaysWhatItMakesAndOnHowManyDevices() {
        ServedModel model = resolved(Requests.steps(1).build()).accepted().model();
        assertThat(model)
                .isEqualTo(new ServedModel(
                        "garments", "2", List.of("Shirt", "Coat", "Bag"), 1, 2, 3, 0.002, 80, "fake x 2"));
    }

    @Test
    void unknownModelListsWhatIsServed() {
        assertThat(refused(Requests.steps(1).of("shoes", "")).message())
                .isEqualTo("model: shoes (expected: one of garments/2, garments/1, plain/1, stopping/1, teacher/1)");
        assertThat(refused(Requests.steps(1).of("shoes", "9")).message())
                .startsWith("model: shoes/9 (expected: one of g");
    }

    @Test
    void unknownVersionOfTheDefaultModelIsNamedWithIt() {
        assertThat(refused(Requests.steps(1).of("", "9")))
                .isInstanceOfSatisfying(
                        Failure.ModelNotFound.class,
                        failure -> assertThat(failure.model()).isEqualTo("garments/9"));
    }

    @Test
    void unknownVersionOfAModelIsRefusedAsSuchAndListsTheVersionsThereAre() {
        assertThat(refused(Requests.steps(1).of("garments", "9")))
                .isEqualTo(new Failure.ModelNotFound(
                        "garments/9", "model_version", "model_version: 9 (expected: one of 2, 1 for model garments)"));
    }

    @Test
    void valueBeyondALimitNamesTheLimit() {
        assertThat(refused(Requests.steps(65).build())).isEqualTo(invalid("steps", "steps: 65 (expected: 1..64)"));
        assertThat(refused(Requests.steps(1).count(17).build()))
                .isEqualTo(invalid("count", "count: 17 (expected: 1..16)"));
        assertThat(refused(Requests.steps(64).count(8).build()))
                .isEqualTo(invalid(
                        "count",
                        "count: 8 (expected: 1..4 with 64 evaluations each, as together they may be at most 256)"));
    }

    @Test
    void unknownClassNamesTheClassesThereAre() {
        assertThat(refused(Requests.steps(1).label(new ClassLabel.Index(12)).build()))
                .isEqualTo(invalid("class_index", "class_index: 12 (expected: 0..2)"));
        assertThat(refused(Requests.steps(1).label(new ClassLabel.Name("hat")).build()))
                .isEqualTo(invalid("class_name", "class_name: hat (expected: one of Shirt, Coat, Bag)"));
        assertThat(refused(Requests.steps(1)
                        .label(new ClassLabel.Name("hat", "class"))
                        .build()))
                .isEqualTo(invalid("class", "class: hat (expected: one of Shirt, Coat, Bag)"));
    }

    @Test
    void classOfAModelWithoutClassesIsRefused() {
        assertThat(refused(Requests.steps(1).of("plain", "")).message())
                .isEqualTo("class_index: 1 (expected: absent, as the model has no classes)");
        assertThat(resolved(Requests.steps(1).anyLabel().of("plain", ""))
                        .accepted()
                        .labels())
                .isEmpty();
    }

    @Test
    void classNameIsFoundInAnyCase() {
        assertThat(resolved(Requests.steps(1)
                                .count(2)
                                .label(new ClassLabel.Name("bAG"))
                                .build())
                        .accepted()
                        .labels())
                .containsExactly(2, 2);
    }

    /** As a person names a class to a command that has no server. */
    @ParameterizedTest
    @CsvSource({"a, 1", "A, 0", "Ka\u0308fer, 2", "KÄFER, 2"})
    void classIsNamedAsItIsWrittenBeforeInAnyCase(String name, int index) {
        ModelSpec letters = new ModelSpec(1, 2, 2, List.of("A", "a", "Käfer"), 0.002, 80, 0.5, 7, true);
        assertThat(new RecipePlanner(letters).index(new ClassLabel.Name(name))).isEqualTo(index);
    }

    @Test
    void absentClassIsDrawnForEachSampleFromTheSeed() {
        assertThat(resolved(Requests.steps(1).count(3).anyLabel().seed(5).build())
                        .accepted()
                        .labels())
                .containsExactly(NoiseStream.label(5, 0, 3), NoiseStream.label(5, 1, 3), NoiseStream.label(5, 2, 3));
    }

    @Test
    void samplerFollowsFromGammaAndGammaFromSampler() {
        assertThat(resolved(Requests.steps(2).build()).accepted().plan().sampler())
                .isEqualTo(Sampler.EXACT);
        assertThat(resolved(Requests.steps(2).gamma(0.3).build())
                        .accepted()
                        .plan()
                        .sampler())
                .isEqualTo(Sampler.GAMMA);
        assertThat(resolved(Requests.steps(2).gamma(1).build())
                        .accepted()
                        .plan()
                        .sampler())
                .isEqualTo(Sampler.CM);
        assertThat(resolved(Requests.steps(2).sampler(Sampler.GAMMA).build())
                        .accepted()
                        .plan()
                        .gamma())
                .isEqualTo(0.5);
    }

    @Test
    void denoiserIsWalkedByHeunAndShowsItsFreePictures() {
        GenerationEvent.Accepted accepted =
                resolved(Requests.steps(3).anyLabel().of("teacher", "")).accepted();
        assertThat(accepted.plan().sampler()).isEqualTo(Sampler.HEUN);
        assertThat(accepted.plan().nfe()).isEqualTo(5);
        assertThat(accepted.preview()).isEqualTo(PreviewKind.FREE);
        assertThat(refused(Requests.steps(3).anyLabel().gamma(0.5).of("teacher", "")))
                .isEqualTo(invalid(
                        "sampler", "sampler: gamma (expected: heun, as the model is a denoiser and does not jump)"));
    }

    /** An edit that finds a rest by fresh noise on a model that jumps. */
    @Test
    void editOfADenoiserIsWalkedByHeunToo() {
        EditRequest.Picture square = new EditRequest.Picture(new byte[4], ImageFormat.RAW_U8);
        EditRequest.Picture wide = new EditRequest.Picture(new byte[6], ImageFormat.RAW_U8);
        GenerationRequest request =
                Requests.steps(3).anyLabel().of("teacher", "").with(new EditRequest.Inpaint(square, square));
        assertThat(resolved(request).accepted().plan().sampler()).isEqualTo(Sampler.HEUN);
        assertThat(resolved(Requests.steps(3).build().with(new EditRequest.Inpaint(wide, wide)))
                        .accepted()
                        .plan()
                        .sampler())
                .isEqualTo(Sampler.CM);
    }

    @Test
    void evaluationsOfHeunCountAgainstTheLimitAndNotItsSteps() {
        assertThat(refused(Requests.steps(64).sampler(Sampler.HEUN).count(3).build()))
                .isEqualTo(invalid(
                        "count",
                        "count: 3 (expected: 1..2 with 127 evaluations each, as together they may be at most 256)"));
        assertThat(resolved(Requests.steps(64).sampler(Sampler.HEUN).count(2).build())
                        .accepted()
                        .plan()
                        .nfe())
                .isEqualTo(127);
    }

    @Test
    void knotsThatTheModelCannotWalkAreRefusedByName() {
        assertThat(refused(Requests.steps(2)
                                .sampler(Sampler.TWO_JUMP)
                                .knots(new Knots.Karras(2))
                                .build())
                        .message())
                .startsWith("knots: none (expected: 4 for sampler two_jump");
        assertThat(refused(Requests.steps(2)
                                .knots(new Knots.Times(List.of(40.0, 0.002)))
                                .build())
                        .message())
                .startsWith("knots: 40.0 (expected: sigma_max 80.0");
    }

    @Test
    void absentSeedIsDrawnAnewForEachRequest() {
        Requests any = Requests.steps(1).anySeed();
        GenerationEvent.Accepted first = resolved(any.build()).accepted();
        GenerationEvent.Accepted second = resolved(any.build()).accepted();
        assertThat(first.seed()).isNotEqualTo(second.seed());
        assertThat(first.requestId()).hasSize(16).isNotEqualTo(second.requestId());
    }

    @Test
    void timeoutIsCutToTheLongestARequestMayLive() {
        assertThat(resolved(Requests.steps(1).timeout(Duration.ofDays(9)).build())
                        .timeout())
                .isEqualTo(Duration.ofSeconds(60));
        assertThat(resolved(Requests.steps(1).timeout(Duration.ofMillis(5)).build())
                        .timeout())
                .isEqualTo(Duration.ofMillis(5));
    }
}
