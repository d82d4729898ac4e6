package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class KeptRecipesTest {
    private static final int BYTES = 100;
    private static final ResumeTokens TOKENS =
            new ResumeTokens(Settings.of(1).resume(), Settings.LIMITS, InstantSource.system());

    private final GaussianEngine engine = new GaussianEngine();

    /** What the resolver makes of a request, its pictures unread. */
    private KeptRecipes.Made made(GenerationRequest request) {
        Recipe recipe = new Recipe(request, List.of());
        ModelSource source = engine.source("garments", "1");
        return new KeptRecipes.Made(recipe, source.spec(), TOKENS.issuer(recipe, List.of(), source, false));
    }

    private KeptRecipes.Made plain() {
        return made(Requests.steps(1).build());
    }

    private KeptRecipes.Made edited(EditRequest edit) {
        return made(Requests.steps(1).build().with(edit));
    }

    private static EditRequest edit() {
        return new EditRequest.Stroke(
                new EditRequest.Picture(new byte[BYTES], ImageFormat.RAW_U8), OptionalDouble.empty());
    }

    private static void assertKept(KeptRecipes recipes, String all, String kept) {
        assertThat(all.chars()
                        .mapToObj(Character::toString)
                        .filter(id -> recipes.find(id).isPresent()))
                .containsExactlyElementsOf(
                        kept.chars().mapToObj(Character::toString).toList());
    }

    /** A refinement holds what it refines, and forgetting either alone would free nothing. */
    @Test
    void picturesThatRequestsShareCountOnce() {
        KeptRecipes recipes = new KeptRecipes(new SessionSettings(64, 2 * BYTES));
        EditRequest shared = edit();
        recipes.keep("a", edited(shared));
        recipes.keep("b", edited(shared));
        recipes.keep("c", edited(shared));
        recipes.keep("d", edited(edit()));
        assertKept(recipes, "abcd", "abcd");
        recipes.keep("e", edited(edit()));
        assertKept(recipes, "abcde", "de");
    }

    @Test
    void thoseThatWereUsedLastStay() {
        KeptRecipes recipes = new KeptRecipes(new SessionSettings(64, 2 * BYTES));
        EditRequest refined = edit();
        recipes.keep("a", edited(refined));
        recipes.keep("b", edited(edit()));
        recipes.keep("c", edited(refined));
        recipes.keep("d", edited(edit()));
        assertKept(recipes, "abcd", "acd");
    }

    @Test
    void requestsWithoutPicturesMakeNoRoomAndTakeNone() {
        KeptRecipes recipes = new KeptRecipes(new SessionSettings(64, 0));
        recipes.keep("p", plain());
        recipes.keep("a", edited(edit()));
        recipes.keep("q", plain());
        assertKept(recipes, "paq", "paq");
        recipes.keep("i", edited(new EditRequest.Interpolate(3)));
        recipes.keep("b", edited(edit()));
        assertKept(recipes, "paqib", "pqib");
    }

    @Test
    void theNumberIsBoundedByItself() {
        KeptRecipes recipes = new KeptRecipes(new SessionSettings(2, 10 * BYTES));
        recipes.keep("a", edited(edit()));
        recipes.keep("p", plain());
        recipes.keep("b", edited(edit()));
        assertKept(recipes, "apb", "pb");
        recipes.clear();
        assertKept(recipes, "apb", "");
    }
}
