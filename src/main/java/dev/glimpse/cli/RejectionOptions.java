package dev.glimpse.cli;

import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.model.ModelSpec;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say whether an evaluation leaves out samples, and by which classifier. */
final class RejectionOptions {
    private static final double MOST = 100;

    @Option(
            names = "--rejection-ratio",
            paramLabel = "R",
            description = "Draws 1 + R times as many samples of each class and keeps those that a classifier is surest"
                    + " of, as the CTM paper does for ImageNet with 0.5; default: keeps all.")
    private @Nullable Double ratio;

    @Option(
            names = "--rejection-classifier",
            paramLabel = "FILE",
            description = "The classifier that chooses, trained by this program, or " + EvaluationOptions.BUILT_IN
                    + "; default: the one of --features, which then judges its own choice.")
    private @Nullable String classifier;

    /**
     * What the options ask for; empty where every sample is kept.
     *
     * @param features of the evaluation
     * @param count samples that are kept
     */
    Optional<ClassifierRejection> rejection(ModelSpec model, FeatureSource features, int count) {
        if (ratio == null) {
            WrongInputException.require(
                    classifier == null,
                    "--rejection-classifier",
                    String.valueOf(classifier),
                    "--rejection-ratio with it");
            return Optional.empty();
        }
        WrongInputException.require(
                ratio > 0 && ratio <= MOST, "--rejection-ratio", ratio, "above 0, at most " + Math.round(MOST));
        WrongInputException.require(
                !model.labels().isEmpty(), "--rejection-ratio", ratio, "a model with classes, which this one lacks");
        WrongInputException.require(
                count >= model.labels().size(),
                "--count",
                count,
                "at least " + model.labels().size() + " with --rejection-ratio, one of each class");
        FeatureSource chooser = classifier == null ? features : source(classifier);
        WrongInputException.require(
                chooser.names(model.labels()),
                "--rejection-classifier",
                classifier == null ? "none, and --features " + features.description() : chooser.description(),
                "a classifier by glimpse train with the model's classes, by their names");
        ClassifierRejection rejection = new ClassifierRejection(ratio, chooser);
        int fewest = new SampleBlocks.Groups(count, model.labels().size()).fewest();
        WrongInputException.require(
                rejection.drawn(fewest) > fewest,
                "--rejection-ratio",
                ratio,
                "enough to draw one more than the " + fewest + " samples of a class that are kept together");
        return Optional.of(rejection);
    }

    private static FeatureSource source(String named) {
        if (named.equals(EvaluationOptions.BUILT_IN)) {
            return FeatureSource.builtIn();
        }
        Path file = Path.of(named);
        InputPlace.file(
                "--rejection-classifier", file, "a classifier by glimpse train, or " + EvaluationOptions.BUILT_IN);
        return FeatureSource.file(file, Optional.empty(), false);
    }
}
