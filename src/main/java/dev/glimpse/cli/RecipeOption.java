package dev.glimpse.cli;

import dev.glimpse.training.RecipeFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say by which recipe something is trained. */
final class RecipeOption {
    @Option(
            names = "--recipe",
            paramLabel = "NAME",
            description = "A recipe that comes with the program: fashion-mnist, fashion-mnist-adversarial, cifar10,"
                    + " imagenet64, imagenet64-adversarial. A classifier takes from it, or from --config, the names of its"
                    + " classes, flip (without a recipe nothing is mirrored) and the size of pictures in folders.")
    private @Nullable String recipeName;

    @Option(names = "--config", paramLabel = "FILE", description = "A recipe of your own, in YAML.")
    private @Nullable Path config;

    boolean isGiven() {
        return recipeName != null || config != null;
    }

    /** @throws WrongInputException unless one of the two is given, and exists */
    RecipeFile read() {
        if ((recipeName == null) == (config == null)) {
            throw new WrongInputException("--recipe, --config", config == null ? "none" : "both", "one of them");
        }
        if (config != null) {
            InputPlace.file("--config", config, "a readable recipe in YAML");
            return RecipeFile.read(config);
        }
        String builtIn = "one of " + String.join(", ", RecipeFile.BUILT_IN);
        WrongInputException.require(RecipeFile.BUILT_IN.contains(recipeName), "--recipe", recipeName, builtIn);
        return RecipeFile.builtIn(recipeName);
    }
}
