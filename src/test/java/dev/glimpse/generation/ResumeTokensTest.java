package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumeTokensTest {
    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Refinement REFINEMENT = new Refinement(
            1, 2, OptionalDouble.of(10), 2, PlanRequest.of(Optional.of(Sampler.GAMMA), OptionalDouble.of(0.25), 3));

    private static final ModelSource SOURCE = new GaussianEngine().source("garments", "1");

    private final ResumeKeys keys = ResumeKeys.ofThisProcess();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");
    private final ResumeTokens tokens = tokens(keys);
    private final Recipe recipe = recipe(5);
    private final ResumeTokens.Issuer issuer = issuer(tokens);

    private static Recipe recipe(int steps) {
        GenerationRequest request = Requests.steps(steps).count(3).gamma(0.5).of("garments", "1");
        return new Recipe(
                request.resolved("garments", "1", 7, Optional.of(new ClassLabel.Index(1))), List.of(REFINEMENT));
    }

    private ResumeTokens.Issuer issuer(ResumeTokens by) {
        return by.issuer(
                recipe, new RecipePlanner(GaussianEngine.SPEC).plan(recipe).paths(), SOURCE, false);
    }

    private ResumeTokens tokens(ResumeKeys signing) {
        return new ResumeTokens(new ResumeSettings(signing, LIFETIME), Settings.LIMITS, () -> now);
    }

    private void assertRefused(String token, String message) {
        assertThatThrownBy(() -> tokens.open(token, Optional.empty()))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessageStartingWith("resume_token: ")
                .hasMessageContaining(message);
    }

    @Test
    void openedTokenTellsTheRecipeAndWhatWasShown() {
        ResumeTokens.Opened opened = tokens.open(issuer.issue(List.of(3, 5)), Optional.empty());
        assertThat(opened.recipe()).isEqualTo(recipe);
        assertThat(opened.progress(issuer)).containsExactly(3, 5);
    }

    @Test
    void requestWithoutChoicesSurvivesToo() {
        Recipe plain = new Recipe(
                Requests.steps(4).anyLabel().of("", "").resolved("plain", "2", -1, Optional.empty()), List.of());
        ResumeTokens.Issuer plainly = tokens.issuer(
                plain, new RecipePlanner(GaussianEngine.SPEC).plan(plain).paths(), SOURCE, false);
        assertThat(tokens.open(plainly.issue(List.of(0)), Optional.empty()).recipe())
                .isEqualTo(plain);
        assertThat(plain.request().seed()).isEqualTo(OptionalLong.of(-1));
    }

    @Test
    void largestRequestThatAServerMayAllowSurvivesToo() {
        int many = 70_000;
        GenerationLimits limits = new GenerationLimits(10_000, many, 10_000_000, Duration.ofMinutes(1));
        List<Double> times =
                IntStream.rangeClosed(0, 10_000).mapToObj(i -> 20_000.0 - i).toList();
        PlanRequest plan = new PlanRequest(
                Optional.of(Sampler.HEUN),
                OptionalDouble.empty(),
                GammaForm.OFFICIAL,
                new Churn(1, 2, 3, 4),
                new Knots.Times(times));
        Refinement refinement = new Refinement(many - 1, many, OptionalDouble.of(1), many, plan);
        Recipe largest = new Recipe(recipe.request().walked(plan), Collections.nCopies(Recipe.MAX_DEPTH, refinement));
        Path.Leg leg = new Path.Leg(new Step(1, 0.5, 0.5, 0), 7, 0);
        List<Path> paths = new ArrayList<>(Collections.nCopies(many, new Path(0, 1, List.of(leg))));
        paths.set(0, new Path(0, 1, Collections.nCopies(many, leg)));
        ResumeTokens wide = new ResumeTokens(new ResumeSettings(keys, LIFETIME), limits, () -> now);
        ResumeTokens.Issuer widely = wide.issuer(largest, paths, SOURCE, false);
        ResumeTokens.Opened opened = wide.open(widely.issue(Collections.nCopies(many, many)), Optional.empty());
        assertThat(opened.recipe()).isEqualTo(largest);
        assertThat(opened.progress(widely)).startsWith(many, 1).hasSize(many);
    }

    @Test
    void everyChangedCharacterIsNoticed() {
        String token = issuer.issue(List.of(1, 0));
        for (int i = 0; i < token.length(); i++) {
            char other = token.charAt(i) == 'A' ? 'z' : 'A';
            String forged = token.substring(0, i) + other + token.substring(i + 1);
            if (!java.util.Arrays.equals(
                    Base64.getUrlDecoder().decode(forged),
                    Base64.getUrlDecoder().decode(token))) {
                assertThatThrownBy(() -> tokens.open(forged, Optional.empty()))
                        .isInstanceOf(InvalidFieldException.class);
            }
        }
    }

    @Test
    void tokenOfAnotherKeyIsRefused() {
        ResumeTokens foreign = tokens(ResumeKeys.ofThisProcess());
        assertRefused(issuer(foreign).issue(List.of(0, 0)), "(expected: one signed with a key of this server)");
    }

    @Test
    void expiredTokenIsRefused() {
        String token = issuer.issue(List.of(0, 0));
        now = now.plus(LIFETIME);
        assertThat(tokens.open(token, Optional.empty()).recipe()).isEqualTo(recipe);
        now = now.plusSeconds(1);
        assertRefused(token, "expired 2030-01-01T00:10:00Z (expected: one younger than 600 s)");
    }

    @Test
    void textThatIsNoTokenIsRefused() {
        assertRefused("", "(expected: a token that a server gave out)");
        assertRefused("no token at all", "no token at ... (expected: a token that a server gave out)");
        assertRefused("A".repeat(100_000), "AAAAAAAAAAAA... (expected:");
    }

    @Test
    void modelThatPlansOtherwiseIsAnotherModel() {
        ResumeTokens.Opened opened = tokens.open(issuer.issue(List.of(0, 0)), Optional.empty());
        Recipe other = recipe(6);
        ResumeTokens.Issuer otherwise = tokens.issuer(
                other, new RecipePlanner(GaussianEngine.SPEC).plan(other).paths(), SOURCE, false);
        assertThatThrownBy(() -> opened.progress(otherwise)).hasMessageContaining("another model of the same name");
    }

    @Test
    void tokensOfAnOldKeyAreBelievedWhileItIsInTheFile(@TempDir java.nio.file.Path directory) throws IOException {
        String old = line(1);
        String fresh = line(2);
        java.nio.file.Path file = directory.resolve("keys");
        Files.writeString(file, old);
        String token = issuer(tokens(ResumeKeys.read(file))).issue(List.of(0, 0));
        Files.writeString(file, "# changed today\n" + fresh + "\n" + old);
        ResumeTokens rotated = tokens(ResumeKeys.read(file));
        assertThat(rotated.open(token, Optional.empty()).recipe()).isEqualTo(recipe);
        assertThat(rotated.open(issuer(rotated).issue(List.of(0, 0)), Optional.empty())
                        .recipe())
                .isEqualTo(recipe);
        Files.writeString(file, fresh);
        ResumeTokens later = tokens(ResumeKeys.read(file));
        assertThatThrownBy(() -> later.open(token, Optional.empty()))
                .hasMessageContaining("signed with a key of this server");
    }

    /** Servers look at their files at different moments, so each change meets servers that have yet to take it in. */
    @Test
    void keysThatAreChangedInThreeStepsLoseNoTokenOnTheWay(@TempDir java.nio.file.Path directory) throws IOException {
        String old = line(1);
        String fresh = line(2);
        java.nio.file.Path file = Files.writeString(directory.resolve("keys"), old);
        List<ResumeKeys> servers = List.of(ResumeKeys.read(file), ResumeKeys.read(file));
        List<ResumeTokens> tokensOf = servers.stream().map(this::tokens).toList();
        String before = issuer(tokensOf.get(0)).issue(List.of(0, 0));
        for (String step : List.of(old + "\n" + fresh, fresh + "\n" + old, fresh)) {
            Files.writeString(file, step);
            for (ResumeKeys server : servers) {
                server.replaceBy(ResumeKeys.read(file));
                for (ResumeTokens maker : tokensOf) {
                    String token = issuer(maker).issue(List.of(0, 0));
                    assertThat(tokensOf)
                            .allSatisfy(other -> assertThat(
                                            other.open(token, Optional.empty()).recipe())
                                    .isEqualTo(recipe));
                }
            }
        }
        assertThatThrownBy(() -> tokensOf.get(0).open(before, Optional.empty()))
                .hasMessageContaining("signed with a key of this server");
    }

    @Test
    void fileWithoutAGoodKeyIsRefusedAndNoKeyIsShown(@TempDir java.nio.file.Path directory) throws IOException {
        java.nio.file.Path file = directory.resolve("keys");
        assertThatThrownBy(() -> ResumeKeys.read(file)).hasMessageContaining("(expected: a file with lines of Base64");
        Files.writeString(file, "\n# none\n");
        assertThatThrownBy(() -> ResumeKeys.read(file)).hasMessageContaining("none in " + file);
        Files.writeString(file, "c2hvcnQ=");
        assertThatThrownBy(() -> ResumeKeys.read(file))
                .hasMessageContaining("at least 32 bytes")
                .hasMessageNotContaining("c2hvcnQ");
        assertThat(ResumeKeys.ofThisProcess().signing().toString()).matches("key [0-9a-f]+");
    }

    private static String line(int fill) {
        byte[] secret = new byte[32];
        java.util.Arrays.fill(secret, (byte) fill);
        return Base64.getEncoder().encodeToString(secret);
    }
}
