package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.training.IdxReader;
import dev.glimpse.training.ImageDataSet;
import dev.glimpse.training.RecipeFile;
import dev.glimpse.training.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a model: a progress line, a JSON line per step, sample grids, a checkpoint and a model directory. */
@Command(
        name = "train",
        description = "Trains a model. Interrupt it at any time; --resume goes on to the same numbers.")
final class TrainCommand implements Callable<Integer> {
    /** Longer than any step and its checkpoint take. */
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--recipe",
            paramLabel = "NAME",
            description = "A recipe that comes with the program: fashion-mnist.")
    private @Nullable String recipeName;

    @Option(names = "--config", paramLabel = "FILE", description = "A recipe of your own, in YAML.")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", required = true, description = "Directory of the IDX files.")
    private Path data;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Receives checkpoint, statistics, sample grids and the model.")
    private Path out;

    @Option(names = "--resume", description = "Go on from the checkpoint in --out.")
    private boolean resume;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Threads that share each batch; default: one per core. Part of what decides the numbers.")
    private int shards = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "ctm",
            description = "${COMPLETION-CANDIDATES}: a model that makes pictures or one that names their class;"
                    + " default: ${DEFAULT-VALUE}.")
    private Kind kind;

    @Mixin
    private ClassifierOptions classifier = new ClassifierOptions();

    private enum Kind {
        CTM,
        CLASSIFIER
    }

    @Override
    public Integer call() throws IOException {
        if (kind == Kind.CLASSIFIER) {
            List<String> names = recipeName == null && config == null ? List.of() : recipe().classes();
            new ClassifierRun(
                            classifier.recipe(),
                            names,
                            data,
                            out,
                            spec.commandLine().getOut())
                    .run();
            return CommandLine.ExitCode.OK;
        }
        RecipeFile recipe = recipe();
        Path checkpoint = out.resolve("checkpoint.safetensors");
        if (Files.exists(checkpoint) && !resume) {
            throw new WrongInputException("--out", out, "--resume to go on from its checkpoint, or another directory");
        }
        if (shards < 1) {
            throw new WrongInputException("--shards", shards, "at least 1");
        }
        ImageDataSet images = IdxReader.read(data, recipe.classes());
        Files.createDirectories(out);
        PrintWriter console = spec.commandLine().getOut();
        CountDownLatch done = new CountDownLatch(1);
        try (Trainer run = new Trainer(recipe.recipe(), images, shards, checkpoint)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(run, done), "stop"));
            console.printf(
                    Locale.ROOT,
                    "%s: %,d parameters, %,d pictures, step %d of %d, %d shards%n",
                    recipe.recipe().name(),
                    run.parameterCount(),
                    images.count(),
                    run.step(),
                    recipe.recipe().steps(),
                    shards);
            console.flush();
            run.run(new TrainingReport(recipe, record(images), out, console));
        } finally {
            done.countDown();
        }
        return CommandLine.ExitCode.OK;
    }

    /** What the model's files will tell of where it came from, apart from how the run went. */
    private JsonObject record(ImageDataSet images) {
        JsonObject record = new JsonObject();
        record.addProperty("pictures", images.count());
        record.addProperty("data_sha256", images.sha256());
        record.addProperty("shards", shards);
        return record;
    }

    private RecipeFile recipe() {
        if ((recipeName == null) == (config == null)) {
            throw new WrongInputException("--recipe, --config", config == null ? "none" : "both", "one of them");
        }
        return config == null ? RecipeFile.builtIn(recipeName) : RecipeFile.read(config);
    }

    /** On SIGINT or SIGTERM: lets the step and its checkpoint finish before the process ends. */
    private static void finish(Trainer run, CountDownLatch done) {
        run.stop();
        try {
            if (!done.await(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(CommandLine.ExitCode.SOFTWARE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
