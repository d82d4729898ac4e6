package dev.glimpse.cli;

import dev.glimpse.training.ClassifierRecipe;
import picocli.CommandLine.Option;

/** The options of {@code train --kind classifier}. */
final class ClassifierOptions {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "10",
            description = "For a classifier: how often each picture is seen; default: ${DEFAULT-VALUE}.")
    private int epochs;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            converter = SeedConverter.class,
            description = "For a classifier: key of all random draws; default: ${DEFAULT-VALUE}.")
    private long seed;

    /** @param flips whether pictures are mirrored, which their recipe decides */
    ClassifierRecipe recipe(boolean flips) {
        if (epochs < 1) {
            throw new WrongInputException("--epochs", epochs, "at least 1");
        }
        return ClassifierRecipe.of(seed, epochs, flips);
    }
}
