package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.training.DataSet;
import dev.glimpse.training.DataSets;
import dev.glimpse.training.Placement;
import dev.glimpse.training.Precision;
import dev.glimpse.training.RecipeFile;
import dev.glimpse.training.Trainer;
import dev.glimpse.training.TrainingDivergedException;
import dev.glimpse.training.TrainingInputs;
import dev.glimpse.training.TrainingRecipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glimpse train}: from a data set to a model, with a JSON line per step, sample grids and a checkpoint. */
@Command(
        name = "train",
        description = "Trains a model. Interrupt it at any time; --resume goes on, on CPUs to the same numbers.")
final class TrainCommand implements Callable<Integer> {
    private static final String TORCH_SCRIPT = "a readable TorchScript file";

    @Spec
    private CommandSpec spec;

    /** What to train. */
    enum Kind {
        TEACHER,
        STUDENT,
        CLASSIFIER
    }

    @Mixin
    private RecipeOption chosen = new RecipeOption();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "teacher: a denoiser; student (the default): jumps, in most recipes along a teacher's"
                    + " trajectories; classifier: names the class of a picture.")
    private Kind kind = Kind.STUDENT;

    @Option(names = "--teacher", paramLabel = "DIR", description = "Model directory of the student's teacher.")
    private @Nullable Path teacher;

    @Option(
            names = "--init",
            paramLabel = "DIR",
            description = "Model directory to start from; default: the teacher, or without one random weights.")
    private @Nullable Path init;

    @Option(
            names = "--features",
            paramLabel = "FILE",
            description = "TorchScript network whose feature maps perceptual distances and critics see by; may be given"
                    + " several times. It is given pictures in [-1, 1], normalises them itself, and gives maps from fine"
                    + " to coarse. It runs code of its own: name only files you trust.")
    private List<Path> features = List.of();

    @Option(
            names = "--distance-model",
            paramLabel = "FILE",
            description = "TorchScript network that gives the distance of two pictures, such as LPIPS. It is given them"
                    + " in [0, 1] where the recipe resizes them, and in [-1, 1] where resize is 0. It runs code of its own:"
                    + " name only files you trust.")
    private @Nullable Path distanceModel;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            required = true,
            description =
                    "Directory of IDX files, of CIFAR-10's binary files, or of a folder of pictures for each class, named as the class"
                            + " or numbered in their order.")
    private Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Receives checkpoint, statistics, sample grids and the model.")
    private Path out;

    @Option(names = "--resume", description = "Go on from the checkpoint in --out, or begin anew where it has none.")
    private boolean resume;

    @Mixin
    private ShardsOption shards = new ShardsOption();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private ClassifierOptions classifier = new ClassifierOptions();

    @Override
    public Integer call() throws IOException {
        KindOptions.check(spec.commandLine().getParseResult(), kind);
        InputPlace.directory("--data", data, "a directory");
        features.forEach(file -> InputPlace.file("--features", file, TORCH_SCRIPT));
        InputPlace.file("--distance-model", distanceModel, TORCH_SCRIPT);
        return kind == Kind.CLASSIFIER ? trainClassifier() : trainModel();
    }

    private int trainClassifier() throws IOException {
        RecipeFile names = chosen.isGiven() ? chosen.read() : null;
        PrintWriter console = spec.commandLine().getOut();
        ClassifierRun run = ClassifierRun.of(classifier, names, data, device.first(), out, console);
        OutputPlace.directory("--out", out);
        try (OutputLock lock = OutputLock.ofDirectory("--out", out)) {
            Interruption interruption = Interruption.listen(spec.commandLine().getErr());
            run.run(interruption);
            return interruption.status();
        }
    }

    private int trainModel() throws IOException {
        RecipeFile file = chosen.read();
        TrainingRecipe recipe = kind == Kind.TEACHER ? file.teacher() : file.student();
        OptionalInt before = Trainer.shardsOf(out);
        if (before.isPresent() && !resume) {
            throw new WrongInputException("--out", out, "--resume to go on from its checkpoint, or another directory");
        }
        int batch = recipe.schedule().batch();
        shards.check(before, batch);
        DataSet images = DataSets.open(data, file.classes(), shape(recipe.spec()));
        TrainingInputs inputs =
                new TrainingInputs(images, model("--teacher", teacher), model("--init", init), features, distanceModel);
        // A run would say so too, but only once its directory is there.
        inputs.requireFit(recipe);
        if (before.isEmpty()) {
            inputs.requireStart(recipe);
        }
        List<ComputeDevice> devices = device.devices();
        Placement placement = shards.placement(devices, before, batch);
        OutputPlace.directory("--out", out);
        try (OutputLock lock = OutputLock.ofDirectory("--out", out)) {
            if (resume && before.isEmpty()) {
                spec.commandLine().getOut().println("no checkpoint in " + out + ": begins anew");
            }
            return train(recipe, inputs, devices.get(0), placement, DataSets.foldersInOrder(data, images.classes()));
        }
    }

    /**
     * The run itself.
     *
     * @param first the device that speeds are told of
     * @param folders of the classes by index, where they have other names; else empty
     * @return exit status
     */
    private int train(
            TrainingRecipe recipe,
            TrainingInputs inputs,
            ComputeDevice first,
            Placement placement,
            List<String> folders)
            throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        Precision precision = recipe.schedule().precision();
        Interruption interruption = Interruption.listen(spec.commandLine().getErr());
        try (Trainer run = new Trainer(recipe, inputs, placement, out)) {
            interruption.onStop("after this step, whose checkpoint and model are kept first", run::stop);
            console.printf(
                    Locale.ROOT,
                    "%s: %,d parameters, %,d pictures, step %d of %d, %d shards, %s%n",
                    recipe.name(),
                    run.parameterCount(),
                    inputs.data().count(),
                    run.step(),
                    recipe.schedule().steps(),
                    placement.shards(),
                    precision.on(placement.first()));
            precision.advice(placement.first()).ifPresent(console::println);
            if (run.step() == 0) {
                placement.advice(recipe).ifPresent(console::println);
                recipe.unusedAttention().ifPresent(console::println);
                run.startNotes().forEach(console::println);
            }
            ClassCounts.lines(inputs.data(), folders).forEach(console::println);
            run.changes().forEach(change -> console.println(change + "; its numbers are not an unbroken run's"));
            console.flush();
            JsonObject record = record(inputs, run, placement);
            record.addProperty("precision", precision.on(placement.first()));
            TrainingReport report = new TrainingReport(recipe, record, out, first, spec.commandLine());
            try {
                run.run(report);
            } catch (TrainingDivergedException e) {
                throw e.advising(report.advice(run.kept()));
            } finally {
                report.endBar();
            }
            report.ended(run.step(), run.kept());
        }
        return interruption.status();
    }

    /** What the model's files will tell of where it came from, apart from how the run went. */
    private JsonObject record(TrainingInputs inputs, Trainer run, Placement placement) {
        JsonObject record = new JsonObject();
        record.addProperty("kind", kind.name().toLowerCase(Locale.ROOT));
        record.addProperty("pictures", inputs.data().count());
        record.addProperty("data_sha256", inputs.data().sha256());
        if (inputs.teacher() != null) {
            record.addProperty("teacher_sha256", inputs.teacher().config().weightsSha256());
        }
        run.startedFrom().ifPresent(sha256 -> record.addProperty("started_from_sha256", sha256));
        record.addProperty("shards", placement.shards());
        return record;
    }

    private static PictureShape shape(ModelSpec spec) {
        return new PictureShape(spec.channels(), spec.height(), spec.width());
    }

    private static @Nullable ModelDirectory model(String option, @Nullable Path directory) {
        return directory == null ? null : InputPlace.model(option, directory);
    }
}
