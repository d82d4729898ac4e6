package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.Parameter;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
}
