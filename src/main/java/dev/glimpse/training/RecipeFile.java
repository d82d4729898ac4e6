package dev.glimpse.training;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import dev.glimpse.model.JsonFields;
import dev.glimpse.model.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A recipe as its YAML file tells it: how to train a teacher, and how to train a student with its help.
 *
 * @param classes names of the data set's classes by index
 * @param teacher how to train a denoiser
 * @param student how to train jumps
 */
public record RecipeFile(List<String> classes, TrainingRecipe teacher, TrainingRecipe student) {
    /** Recipes that come with the program. */
    public static final List<String> BUILT_IN =
            List.of("fashion-mnist", "fashion-mnist-adversarial", "cifar10", "imagenet64", "imagenet64-adversarial");

    public RecipeFile {
        classes = List.copyOf(classes);
    }

    /**
     * Reads a recipe.
     *
     * @throws ModelFormatException if a key is missing, unknown or holds a value that cannot be; the message names it
     */
    public static RecipeFile read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new ModelFormatException("config: " + file + " (expected: a readable recipe)");
        }
    }

    /** Reads a recipe that comes with the program. */
    public static RecipeFile builtIn(String name) {
        if (!BUILT_IN.contains(name)) {
            throw new ModelFormatException(
                    "recipe: " + name + " (expected: one of " + String.join(", ", BUILT_IN) + ")");
        }
        try (InputStream in = RecipeFile.class.getResourceAsStream("/recipes/" + name + ".yaml")) {
            if (in == null) {
                throw new ModelFormatException("recipe: " + name + " (expected: in this program's jar)");
            }
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), name + ".yaml");
        } catch (IOException e) {
            throw new ModelFormatException("recipe: " + name + " (expected: readable; " + e.getMessage() + ")");
        }
    }

    static RecipeFile parse(String yaml, String source) {
        try {
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            Object content = new Yaml(new SafeConstructor(options)).load(yaml);
            // A number that is none is refused where its key is known.
            JsonElement json = new GsonBuilder()
                    .serializeSpecialFloatingPointValues()
                    .create()
                    .toJsonTree(content);
            if (!json.isJsonObject()) {
                throw new ModelFormatException(source + ": " + json + " (expected: keys and values)");
            }
            return RecipeSections.read(new JsonFields(json.getAsJsonObject(), source));
        } catch (YAMLException | IllegalArgumentException e) {
            throw new ModelFormatException(source + ": " + e.getMessage());
        }
    }
}
