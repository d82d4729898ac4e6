package dev.glimpse.cli;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ParseResult;

/** The options of {@code glimpse train} that mean something to some kinds of training alone. */
final class KindOptions {
    /** What comes from a recipe for every other kind. */
    private static final List<String> OF_CLASSIFIERS = List.of("--epochs", "--seed");

    /** A classifier begins with random weights, in one thread, and sees nothing but its data. */
    private static final List<String> OF_THE_OTHERS =
            List.of("--teacher", "--init", "--features", "--distance-model", "--resume", "--shards");

    /** What a denoiser alone has no loss for. */
    private static final List<String> OF_STUDENTS = List.of("--features", "--distance-model");

    private KindOptions() {}

    /**
     * Refuses options that would have no effect.
     *
     * @throws WrongInputException naming the first one
     */
    static void check(ParseResult given, TrainCommand.Kind kind) {
        boolean classifier = kind == TrainCommand.Kind.CLASSIFIER;
        refuse(given, kind, classifier ? OF_THE_OTHERS : List.of(), "which has no use for it");
        refuse(given, kind, classifier ? List.of() : OF_CLASSIFIERS, "whose recipe decides that");
        refuse(given, kind, kind == TrainCommand.Kind.TEACHER ? OF_STUDENTS : List.of(), "which has no use for it");
    }

    private static void refuse(ParseResult given, TrainCommand.Kind kind, List<String> names, String why) {
        UnusedOptions.refuse(given, names, "none with --kind " + kind.name().toLowerCase(Locale.ROOT) + ", " + why);
    }
}
