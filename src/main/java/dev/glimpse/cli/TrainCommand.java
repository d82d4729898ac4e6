package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.training.IdxReader;
import dev.glimpse.training.ImageDataSet;
import dev.glimpse.training.RecipeFile;
import dev.glimpse.training.Trainer;
import dev.glimpse.training.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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

    @Override
    public Integer call() throws IOException {
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
            run.run(new Report(recipe, console));
        } finally {
            done.countDown();
        }
        return CommandLine.ExitCode.OK;
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

    /** Tells of the run on the console, in the statistics file and in pictures. */
    private final class Report implements TrainingListener {
        private final RecipeFile recipe;
        private final PrintWriter console;
        private double smoothedSeconds;

        Report(RecipeFile recipe, PrintWriter console) {
            this.recipe = recipe;
            this.console = console;
        }

        @Override
        public void stepped(Statistics s) {
            double seconds = s.nanos() / 1e9;
            smoothedSeconds = smoothedSeconds == 0 ? seconds : 0.95 * smoothedSeconds + 0.05 * seconds;
            long eta = Math.round(smoothedSeconds * (s.steps() - s.step()));
            if (s.step() % 10 == 0) {
                console.printf(
                        Locale.ROOT,
                        "step %d/%d  dsm %.4f  ctm %.4f  lambda %.3f  |grad| %.3f  %.2f s/step  ETA %d:%02d:%02d%n",
                        s.step(),
                        s.steps(),
                        s.dsm(),
                        s.ctm(),
                        s.lambda(),
                        s.gradientNorm(),
                        smoothedSeconds,
                        eta / 3600,
                        eta / 60 % 60,
                        eta % 60);
                console.flush();
            }
            append(s);
        }

        private void append(Statistics s) {
            JsonObject line = new JsonObject();
            line.addProperty("step", s.step());
            line.addProperty("dsm", s.dsm());
            line.addProperty("ctm", s.ctm());
            line.addProperty("lambda", s.lambda());
            line.addProperty("gradient_norm", s.gradientNorm());
            line.addProperty("learning_rate", s.rate());
            line.addProperty("pictures", s.pictures());
            line.addProperty("seconds", s.nanos() / 1e9);
            try {
                Files.writeString(
                        out.resolve("statistics.jsonl"),
                        line + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException("statistics cannot be written", e);
            }
        }

        @Override
        public void snapshot(int step, Map<String, float[]> average) {
            JsonObject record = new JsonObject();
            record.addProperty("recipe", recipe.recipe().name());
            record.addProperty("seed", recipe.recipe().seed());
            record.addProperty("steps", step);
            record.addProperty("pictures_seen", recipe.recipe().seenBefore(step));
            record.addProperty("shards", shards);
            Path directory = out.resolve(recipe.recipe().name()).resolve("1");
            try {
                ModelDirectory.write(directory, recipe.spec(), recipe.recipe().network(), average, record);
                // Read back as a server would: what the page shows is what the files hold.
                try (CtmModel model = ModelDirectory.read(directory).load()) {
                    Files.write(
                            out.resolve(String.format(Locale.ROOT, "samples-%06d.png", step)),
                            new SampleSheet(model).png());
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the model cannot be written", e);
            }
        }
    }
}
