package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.ModelConfig;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.training.FailureSigns;
import dev.glimpse.training.TrainingListener;
import dev.glimpse.training.TrainingRecipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;

/** What a training run leaves behind for a person: a line now and then, statistics, pictures, and the model itself. */
final class TrainingReport implements TrainingListener {
    private static final int LINE_EVERY = 10;
    private static final double SMOOTHING = 0.95;
    private static final int BAR_WIDTH = 20;
    private static final String VERSION = "1";

    private final TrainingRecipe recipe;
    private final JsonObject origin;
    private final Path out;
    private final ComputeDevice device;
    private final PrintWriter console;
    private final PlotFiles plots = new PlotFiles();
    private final LiveLine bar;
    private final TrainingLog log;
    private final FailureSigns signs = new FailureSigns();
    private final NewestLosses losses = new NewestLosses();
    private double smoothedSeconds;

    /**
     * @param origin facts of the run that its model's training record begins with
     * @param out directory that receives everything
     * @param device where the sample pages are drawn
     * @param console told now and then how it goes on, where that is a terminal by a bar in place of lines
     * @throws IOException if something in {@code out} cannot be read or written; no other run may write there
     */
    TrainingReport(TrainingRecipe recipe, JsonObject origin, Path out, ComputeDevice device, CommandLine console)
            throws IOException {
        this.recipe = recipe;
        this.origin = origin;
        this.out = out;
        this.device = device;
        this.console = console.getOut();
        this.bar = LiveLine.of(console.getErr());
        this.log = TrainingLog.open(out.resolve("statistics.jsonl"));
        ModelDirectory.clearLeft(model());
    }

    @Override
    public void stepped(Statistics s) {
        log.append(s);
        losses.add(s);
        double seconds = s.nanos() / 1e9;
        smoothedSeconds = smoothedSeconds == 0 ? seconds : SMOOTHING * smoothedSeconds + (1 - SMOOTHING) * seconds;
        for (String sign : signs.watch(s)) {
            bar.end();
            console.printf(Locale.ROOT, "step %d: %s%n", s.step(), sign);
        }
        if (bar.isShown()) {
            bar.show(bar(s) + "step " + steps(s) + "  ETA " + rest(s) + losses + speed(s));
        } else if (s.step() % LINE_EVERY == 0) {
            console.println("step " + steps(s) + losses + speed(s) + "  ETA " + rest(s));
            console.flush();
        }
    }

    /**
     * Tells where the run has ended, and where its model is.
     *
     * @param step the last one that has been taken
     * @param kept the step of its checkpoint and model; 0 for neither
     */
    void ended(int step, int kept) {
        int steps = recipe.schedule().steps();
        if (step > kept) {
            console.printf(
                    Locale.ROOT,
                    "stopped at step %d of %d, which came to no finite numbers; --resume goes on from step %d%n",
                    step,
                    steps,
                    kept);
        } else if (step < steps) {
            console.printf(Locale.ROOT, "stopped at step %d of %d; --resume goes on%n", step, steps);
        }
        if (kept > 0 || step == kept) {
            console.println("model: " + model());
        }
        console.flush();
    }

    /**
     * How a diverged run goes on with another recipe, which its checkpoint would not take.
     *
     * @param kept the step of its checkpoint and model; 0 for neither
     */
    String advice(int kept) {
        return kept == 0
                ? "no step is kept"
                : "the changed recipe goes on in another --out with --init " + model() + ", the model of step " + kept;
    }

    private Path model() {
        return out.resolve(recipe.name()).resolve(VERSION);
    }

    /** Lets what comes next begin on a line of its own. */
    void endBar() {
        bar.end();
    }

    private static String bar(Statistics s) {
        int filled = (int) ((long) BAR_WIDTH * s.step() / s.steps());
        return "[" + "#".repeat(filled) + ".".repeat(BAR_WIDTH - filled) + "] ";
    }

    private static String steps(Statistics s) {
        return s.step() + "/" + s.steps();
    }

    private String rest(Statistics s) {
        long seconds = Math.round(smoothedSeconds * (s.steps() - s.step()));
        return String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** Over many steps: one of the critics alone takes a fraction of the network's. */
    private String speed(Statistics s) {
        return String.format(
                Locale.ROOT, "  %.0f images/s  %.2f s/step", s.picturesPerStep() / smoothedSeconds, smoothedSeconds);
    }

    @Override
    public void snapshot(int step, Map<String, float[]> average) {
        Path directory = model();
        try {
            ModelDirectory.write(directory, spec(directory), recipe.network(), average, record(step));
            // Read back as a server would: what the page shows is what the files hold.
            try (CtmModel model = ModelDirectory.read(directory).load(device)) {
                Path page = out.resolve(String.format(Locale.ROOT, "samples-%06d.png", step));
                WholeFile.write(page, new SampleSheet(model).png());
            }
            plots.write(
                    out.resolve("curves.png"),
                    () -> TrainingCurves.png("Training of " + recipe.name(), log.curves(step)));
            plots.warning().ifPresent(line -> {
                bar.end();
                console.println(line);
            });
        } catch (IOException e) {
            throw new UncheckedIOException("the model cannot be written to " + directory, e);
        }
    }

    /** With what somebody has said of the model's last jump beside its weights, which no recipe does. */
    private ModelSpec spec(Path directory) {
        try {
            Optional<ModelConfig> before = ModelDirectory.configOf(directory);
            return before.isEmpty()
                    ? recipe.spec()
                    : recipe.spec().withLastJump(before.get().spec().lastJumpT());
        } catch (ModelFormatException e) {
            // It is written anew, whatever was wrong with it.
            return recipe.spec();
        }
    }

    private JsonObject record(int step) {
        JsonObject record = new JsonObject();
        record.addProperty("recipe", recipe.name());
        record.addProperty("seed", recipe.seed());
        record.addProperty("steps", step);
        record.addProperty("pictures_seen", recipe.seenBefore(step));
        origin.entrySet().forEach(e -> record.add(e.getKey(), e.getValue()));
        log.summary(step).entrySet().forEach(e -> record.add(e.getKey(), e.getValue()));
        return record;
    }
}
