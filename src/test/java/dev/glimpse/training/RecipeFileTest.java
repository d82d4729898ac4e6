package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.Parameter;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

class RecipeFileTest {
    static Stream<String> builtIn() {
        return RecipeFile.BUILT_IN.stream();
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void everyRecipeOfTheProgramTrainsAStudentFromItsTeacher(String name) {
        RecipeFile file = RecipeFile.builtIn(name);
        assertThat(file.teacher().goal()).isInstanceOf(Goal.Denoiser.class);
        assertThat(file.teacher().network().jumps()).isFalse();
        assertThat(file.student().network().jumps()).isTrue();
        assertThat(file.student().network().parameters())
                .extracting(Parameter::name)
                .containsAll(file.teacher().network().parameters().stream()
                        .map(Parameter::name)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({"cifar10, 60396675", "imagenet64, 324100611"})
    void studentsOfOfficialRecipesAreOfTheOfficialSize(String name, long parameters) {
        assertThat(RecipeFile.builtIn(name).student().network().parameters().stream()
                        .mapToLong(Parameter::size)
                        .sum())
                .isEqualTo(parameters);
    }

    @Test
    void recipeThatDoesNotExistIsRefusedWithThoseThatDo() {
        assertThatThrownBy(() -> RecipeFile.builtIn("mnist"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("recipe: mnist (expected: one of " + String.join(", ", RecipeFile.BUILT_IN) + ")");
    }

    /** Most of these keys stand in several sections. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "teacher.learning_rate|0|0.0 (expected: more than 0)",
                "student.learning_rate|0|0.0 (expected: more than 0)",
                "student.adversarial.learning_rate|0|0.0 (expected: more than 0)",
                "teacher.batch|0|0 (expected: at least 1)",
                "student.batch|0|0 (expected: at least 1)",
                "teacher.batch|3000000|3000000 (expected: at most 2739137 pictures of 784 values)",
                "student.batch|3000000|3000000 (expected: at most 2739137 pictures of 784 values)",
                "teacher.dropout|1|1.0 (expected: 0 or more, less than 1)",
                "student.dropout|1|1.0 (expected: 0 or more, less than 1)",
                "teacher.noise.log_std|0|0.0 (expected: more than 0)",
                "student.noise.log_std|0|0.0 (expected: more than 0)",
                "student.distance.resize|-1|-1 (expected: at least 0)",
                "student.adversarial.resize|-1|-1 (expected: at least 0)",
                "student.knots|1|1 (expected: at least 2)",
                "student.first_share|2|2.0 (expected: 0 or more, and no more than the shares before it leave)",
                "student.last_share|-1|-1.0 (expected: 0 or more, and no more than the shares before it leave)",
                "network.blocks|0|0 (expected: 1..1024)",
                "image.channels|2|2 (expected: 1 or 3)",
                "image.size|0|0 (expected: at least 1)",
                "times.sigma_min|90|90.0 (expected: more than 0, less than 80.0)",
                "class_count|0|0 (expected: at least 1)",
                "class_count|2000000000|2000000000 (expected: at most 65536)",
                "snapshot_every|0|0 (expected: at least 1)"
            })
    void wrongValueIsRefusedByItsWholeName(String key, int value, String wrong) throws IOException {
        String yaml = recipeWith(key, value);

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("own.yaml." + key + ": " + wrong);
    }

    /** Each is good by itself; together they would be found out when all data is read and a directory made. */
    @Test
    void sizesThatMakeNoNetworkAreRefusedWithTheRecipe() throws IOException {
        String yaml = recipeWith("network.model_channels", 68);

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("own.yaml.network.channels: 136 in ");
    }

    /** As of a recipe that was changed for pictures of another size. */
    @Test
    void attentionThatNamesNoLevelIsTold() throws IOException {
        TrainingRecipe own = RecipeFile.parse(recipeWith("network.attention", List.of(7, 5)), "own.yaml")
                .student();
        assertThat(own.unusedAttention())
                .contains("network.attention: [5] names none of the network's levels, [14, 7], and has no effect");
        for (String name : RecipeFile.BUILT_IN) {
            assertThat(RecipeFile.builtIn(name).student().unusedAttention())
                    .as(name)
                    .isEmpty();
        }
    }

    /** A model directory's file would be refused for them at the first snapshot. */
    @Test
    void timesThatNoModelCanHaveAreRefusedWithTheRecipe() throws IOException {
        String yaml = recipeWith("times.rho", 0.005);

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("own.yaml.times.rho: 0.005 (expected: such that times fall from sigma_max 80.0 to sigma_min"
                        + " 0.002)");
    }

    @Test
    void jumpsStartWhereSamplersGetIfTheRecipeSaysSo() throws IOException {
        String yaml = recipeWith("student.simulation", Map.of("share", 0.5, "jumps", 4));

        assertThat(simulation(RecipeFile.parse(yaml, "own.yaml"))).isEqualTo(new Goal.Simulation(0.5, 4));
        assertThat(simulation(RecipeFile.builtIn("fashion-mnist"))).isNull();
    }

    private static Goal.@Nullable Simulation simulation(RecipeFile file) {
        return ((Goal.Jumps) file.student().goal()).simulation();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{share: 2, jumps: 4}|share: 2.0 (expected: 0..1)",
                "{share: 0.5, jumps: 0}|jumps: 0 (expected: at least 1)",
                "{share: 0.5, jumps: 18}|jumps: 18 (expected: less than knots, 18)",
                "{share: 0.5}|jumps: missing (expected: a whole number)"
            })
    void simulationThatIsNoneIsRefusedByTheKeyThatIsWrong(String section, String wrong) throws IOException {
        String yaml = recipeWith("student.simulation", new Yaml().load(section));

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("own.yaml.student.simulation." + wrong);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "..", ".hidden", "two words", ""})
    void nameThatIsNoPlainOneIsRefused(String name) throws IOException {
        String yaml = recipeWith("name", name);

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("own.yaml.name: " + name
                        + " (expected: a letter or digit, then letters, digits, '.', '_' and '-', at most 56)");
    }

    /** The last is told apart by how its accent is written, and by nothing that is seen. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[red, green, red]|red (expected: each name once)",
                "[red, ' ']|' ' (expected: names that are not blank)",
                "[red, '']|'' (expected: names that are not blank)",
                "[]|[] (expected: at least one name, as conditional is true)",
                "[\u00e4pfel, a\u0308pfel]|a\u0308pfel (expected: each name once)"
            },
            quoteCharacter = '`')
    void classThatCouldNotBeMeantIsRefused(String classes, String wrong) throws IOException {
        String yaml = recipeWith("classes", new Yaml().load(classes));

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("own.yaml.classes: " + wrong);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\n", "\\e[2J", "\\t"})
    void classWhoseNameWouldSteerATerminalIsRefused(String escape) throws IOException {
        String yaml = recipeWith("classes", List.of("red", "NAME")).replace("NAME", "\"a" + escape + "b\"");

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageMatching(
                        "own.yaml.classes: a\\?\\P{Cntrl}*b" + " \\(expected: names without control characters\\)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775807", "18446744073709551615", "-9223372036854775808", "-3", "2147483648"})
    void seedIsOf64Bits(String seed) throws IOException {
        RecipeFile file = RecipeFile.parse(recipeWith("seed", new BigInteger(seed)), "own.yaml");

        assertThat(file.student().seed()).isEqualTo(new BigInteger(seed).longValue());
    }

    @Test
    void criticsSeeAndEndsAreComparedAsInTheOfficialCodeUnlessTheRecipeSaysOtherwise() throws IOException {
        TrainingRecipe silent = RecipeFile.builtIn("cifar10").student();
        assertThat(silent.adversarial().sight()).isEqualTo(new Goal.Sight(224, true));
        assertThat(((Goal.Jumps) silent.goal()).clip()).isFalse();

        TrainingRecipe own = RecipeFile.builtIn("fashion-mnist-adversarial").student();
        assertThat(own.adversarial().sight()).isEqualTo(new Goal.Sight(0, false));
        assertThat(((Goal.Jumps) own.goal()).clip()).isTrue();
    }

    @Test
    void seedOfMoreBitsIsRefused() throws IOException {
        String most = "18446744073709551616";
        String yaml = recipeWith("seed", new BigInteger(most));

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .hasMessage("own.yaml.seed: " + most + " (expected: a whole number of 64 bits)");
    }

    @Test
    void wholeNumberThatIsTooLargeIsToldItsRange() throws IOException {
        String yaml = recipeWith("snapshot_every", 3_000_000_000L);

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .hasMessage(
                        "own.yaml.snapshot_every: 3000000000" + " (expected: a whole number, -2147483647..2147483647)");
    }

    @ParameterizedTest
    @CsvSource({
        "student.target_rate, NaN, a number",
        "times.rho, Infinity, a number",
        "student.knots, NaN, a whole number",
        "seed, NaN, a whole number of 64 bits"
    })
    void numberThatIsNoneIsRefusedByItsKey(String key, double value, String expected) throws IOException {
        String yaml = recipeWith(key, value);

        assertThatThrownBy(() -> RecipeFile.parse(yaml, "own.yaml"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessage("own.yaml." + key + ": " + value + " (expected: " + expected + ")");
    }

    @Test
    void commentsOfTheFirstRecipeTellEveryChoice() throws IOException {
        Set<String> comments = new HashSet<>();
        for (String line : text("fashion-mnist").lines().toList()) {
            if (line.strip().startsWith("#")) {
                comments.addAll(List.of(line.split("[^a-z0-9_]+")));
            }
        }
        Stream<Enum<?>> choices = Stream.of(
                        Schedule.Accumulation.values(),
                        Schedule.OptimiserKind.values(),
                        Precision.values(),
                        Goal.Solver.values(),
                        Goal.NewBranch.values())
                .flatMap(Stream::of);
        assertThat(comments)
                .containsAll(choices.map(choice -> choice.name().toLowerCase(Locale.ROOT))
                        .toList())
                .contains("l2", "pseudo_huber", "perceptual", "learned", "period", "simulation");
    }

    private static String text(String name) throws IOException {
        try (InputStream in = RecipeFile.class.getResourceAsStream("/recipes/" + name + ".yaml")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A recipe of the program in which one value is another. */
    @SuppressWarnings("unchecked")
    private static String recipeWith(String key, Object value) throws IOException {
        Map<String, Object> recipe = new Yaml().load(text("fashion-mnist-adversarial"));
        Map<String, Object> section = recipe;
        String[] names = key.split("\\.", -1);
        for (int i = 0; i < names.length - 1; i++) {
            section = (Map<String, Object>) section.get(names[i]);
        }
        section.put(names[names.length - 1], value);
        return new Yaml().dump(recipe);
    }
}
