package dev.glimpse.cli;

import dev.glimpse.image.PictureShape;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** The options that say whose pictures from equal noise an evaluation's samples are compared with. */
final class TeacherOptions {
    private static final List<String> OF_TEACHERS = List.of("--teacher", "--teacher-sampler", "--teacher-steps");

    @Option(
            names = "--teacher",
            paramLabel = "DIR",
            description =
                    "Model directory whose pictures from the same noise are the target; default: the model itself.")
    private @Nullable Path directory;

    @Option(
            names = "--teacher-sampler",
            paramLabel = "NAME",
            defaultValue = "heun",
            converter = SteppedSampler.class,
            description = "How the teacher refines: " + SteppedSampler.NAMES + "; default: ${DEFAULT-VALUE}.")
    private Sampler sampler = Sampler.HEUN;

    @Option(
            names = "--teacher-steps",
            paramLabel = "N",
            defaultValue = "18",
            description = "Steps of the teacher; default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(
            names = "--teacher-count",
            paramLabel = "N",
            defaultValue = "240",
            description = "Samples that are compared with the teacher; 0 for none; default: ${DEFAULT-VALUE}.")
    private int compared;

    /** No teacher, beside an option that leaves no pictures of equal noise to compare. */
    EvaluationRun.Teacher none(ModelDirectory evaluated, ParseResult given, String expected) {
        if (compared > 0) {
            UnusedOptions.refuse(given, OF_TEACHERS, expected);
            UnusedOptions.refuse(given, List.of("--teacher-count"), expected);
        }
        return teacher(evaluated, 0, given);
    }

    /**
     * The teacher, where some samples are compared with it.
     *
     * @param samples of the evaluation
     * @param given what was typed
     */
    EvaluationRun.Teacher teacher(ModelDirectory evaluated, int samples, ParseResult given) {
        if (steps < 1) {
            throw new WrongInputException("--teacher-steps", steps, "at least 1");
        }
        WrongInputException.require(
                steps <= Knots.LARGEST_GRID, "--teacher-steps", steps, "at most " + Knots.LARGEST_GRID);
        if (compared < 0) {
            throw new WrongInputException("--teacher-count", compared, "at least 0");
        }
        if (compared == 0) {
            UnusedOptions.refuse(given, OF_TEACHERS, "absent with --teacher-count 0, which compares with none");
        }
        ModelDirectory model = directory == null ? evaluated : InputPlace.model("--teacher", directory);
        ModelSpec own = model.config().spec();
        ModelSpec expected = evaluated.config().spec();
        if (!own.jumps() && sampler != Sampler.HEUN) {
            throw new WrongInputException(
                    "--teacher-sampler", sampler.wireName(), "heun, as the teacher is a denoiser, which does not jump");
        }
        requireSame(own, expected);
        StepPlan plan = new EvaluationSetting.Rule(sampler, sampler.defaultGamma()).plan(new Knots.Karras(steps), own);
        return new EvaluationRun.Teacher(model, plan, Math.min(samples, compared));
    }

    private void requireSame(ModelSpec own, ModelSpec expected) {
        if (own.channels() != expected.channels()
                || own.height() != expected.height()
                || own.width() != expected.width()
                || own.sigmaMax() != expected.sigmaMax()
                || own.labels().size() != expected.labels().size()) {
            throw new WrongInputException(
                    "--teacher",
                    directory + " with " + described(own),
                    "pictures, classes and sigma_max of the evaluated model: " + described(expected));
        }
        for (int i = 0; i < own.labels().size(); i++) {
            if (!own.labels().get(i).equals(expected.labels().get(i))) {
                throw new WrongInputException(
                        "--teacher",
                        directory + " with class " + i + ", " + own.labels().get(i),
                        expected.labels().get(i) + ", as in the evaluated model");
            }
        }
    }

    private static String described(ModelSpec spec) {
        return new PictureShape(spec.channels(), spec.height(), spec.width()) + ", "
                + spec.labels().size() + " classes, sigma_max " + spec.sigmaMax();
    }
}
