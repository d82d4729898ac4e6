package dev.glimpse.cli;

import dev.glimpse.model.ModelDirectory;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --model} of the commands that work on one model. */
final class ModelOption {
    @Option(
            names = "--model",
            paramLabel = "DIR",
            description = "Directory NAME/VERSION of a model; default: the one built into Glimpse.")
    private @Nullable Path directory;

    ModelDirectory read() {
        return directory == null ? ModelDirectory.builtIn() : InputPlace.model("--model", directory);
    }
}
