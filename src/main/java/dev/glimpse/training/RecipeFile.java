package dev.glimpse.training;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import dev.glimpse.model.JsonFields;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.SongUNetConfig;
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
 * A recipe as its YAML file tells it.
 *
 * @param recipe how to train
 * @param classes names of the data set's classes by index
 */
public record RecipeFile(TrainingRecipe recipe, List<String> classes) {
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
        try (InputStream in = RecipeFile.class.getResourceAsStream("/recipes/" + name + ".yaml")) {
            if (in == null) {
                throw new ModelFormatException("recipe: " + name + " (expected: fashion-mnist)");
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
            JsonElement json = new Gson().toJsonTree(content);
            if (!json.isJsonObject()) {
                throw new ModelFormatException(source + ": " + json + " (expected: keys and values)");
            }
            return read(new JsonFields(json.getAsJsonObject(), source));
        } catch (YAMLException | IllegalArgumentException e) {
            throw new ModelFormatException(source + ": " + e.getMessage());
        }
    }

    private static RecipeFile read(JsonFields top) {
        List<String> classes = top.texts("classes");
        JsonFields network = top.fields("network");
        JsonFields times = top.fields("times");
        TrainingRecipe recipe = new TrainingRecipe(
                top.text("name"),
                new SongUNetConfig(
                        network.integer("image_size"),
                        network.integer("image_channels"),
                        network.integer("patch"),
                        classes.size(),
                        network.integer("model_channels"),
                        network.integers("channel_mult"),
                        network.integer("blocks"),
                        network.integers("attention")),
                new TrainingRecipe.Times(
                        times.number("sigma_min"),
                        times.number("sigma_max"),
                        times.number("sigma_data"),
                        times.number("rho"),
                        times.integer("knots"),
                        times.integer("max_solver_steps")),
                top.integer("seed"),
                stage(top.fields("denoiser")),
                stage(top.fields("jumps")),
                top.number("ema_rate"),
                top.integer("snapshot_every"));
        network.end();
        times.end();
        top.end();
        return new RecipeFile(recipe, classes);
    }

    private static TrainingRecipe.Stage stage(JsonFields fields) {
        TrainingRecipe.Stage stage = new TrainingRecipe.Stage(
                fields.integer("steps"),
                fields.integer("batch"),
                fields.number("learning_rate"),
                fields.number("final_rate"),
                fields.integer("warmup"));
        fields.end();
        return stage;
    }

    /** What a model of this recipe makes. */
    public ModelSpec spec() {
        TrainingRecipe.Times times = recipe.times();
        SongUNetConfig network = recipe.network();
        return new ModelSpec(
                network.imageChannels(),
                network.imageSize(),
                network.imageSize(),
                classes,
                times.sigmaMin(),
                times.sigmaMax(),
                times.sigmaData(),
                times.rho());
    }
}
