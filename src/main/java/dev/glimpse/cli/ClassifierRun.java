package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.image.CurvePlot;
import dev.glimpse.image.PictureShape;
import dev.glimpse.model.ClassifierCard;
import dev.glimpse.model.ClassifierConfig;
import dev.glimpse.model.ClassifierNetwork;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.training.ClassifierRecipe;
import dev.glimpse.training.ClassifierTraining;
import dev.glimpse.training.DataSet;
import dev.glimpse.training.DataSets;
import dev.glimpse.training.RecipeFile;
import dev.glimpse.training.TestedData;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code glimpse train --kind classifier}: from a data set to classifier.pt, its card and a plot of the loss.
 *
 * @param recipe how to train
 * @param pictures to learn from and to test by
 * @param folders of the classes by index, where they have other names; else empty
 * @param device that computes
 * @param out directory that receives everything
 * @param console told how it goes on
 */
record ClassifierRun(
        ClassifierRecipe recipe,
        TestedData pictures,
        List<String> folders,
        ComputeDevice device,
        Path out,
        PrintWriter console) {
    private static final int LINE_EVERY = 50;
    private static final String FILE = "classifier.pt";

    /**
     * A run on a data set.
     *
     * @param file names the classes, and tells whether pictures are mirrored and how large they are in folders; null to
     *     take names from the data and to mirror none
     * @param data directory of the data set
     * @param device that computes
     */
    static ClassifierRun of(
            ClassifierOptions options,
            @Nullable RecipeFile file,
            Path data,
            ComputeDevice device,
            Path out,
            PrintWriter console) {
        ClassifierRecipe recipe = options.recipe(file != null && file.student().flip());
        TestedData pictures =
                TestedData.open(data, file == null ? List.of() : file.classes(), file == null ? null : shape(file));
        int most = recipe.mostEpochs(pictures.train().count());
        WrongInputException.require(
                recipe.epochs() <= most,
                "--epochs",
                recipe.epochs(),
                "1.." + most + " for " + pictures.train().count() + " pictures");
        List<String> folders = DataSets.foldersInOrder(data, pictures.train().classes());
        return new ClassifierRun(recipe, pictures, folders, device, out, console);
    }

    private static PictureShape shape(RecipeFile file) {
        ModelSpec spec = file.student().spec();
        return new PictureShape(spec.channels(), spec.height(), spec.width());
    }

    void run(Interruption interruption) throws IOException {
        DataSet train = pictures.train();
        ClassifierNetwork network = new ClassifierNetwork(ClassifierConfig.of(
                train.channels(), train.height(), train.width(), train.classes().size()));
        OutputPlace.directory("--out", out);
        tellPictures();
        long start = System.nanoTime();
        List<Double> losses = new ArrayList<>();
        MeanCurve curve = new MeanCurve("");
        try (ClassifierTraining training = new ClassifierTraining(network, recipe, train, device)) {
            interruption.onStop("after this step", training::stop);
            training.run((step, steps, loss) -> {
                losses.add(loss);
                curve.add(step, loss);
                if (step % LINE_EVERY == 0 || step == steps) {
                    printLine(step, steps, losses, (System.nanoTime() - start) / 1e9);
                }
            });
            boolean stopped = training.step() < training.steps();
            boolean replaces = Files.exists(out.resolve(FILE));
            if (stopped) {
                tellStopped(training, replaces);
            }
            if (stopped && replaces) {
                return;
            }
            double accuracy = training.accuracy(pictures.test());
            JsonObject record = record(training, network, (System.nanoTime() - start) / 1e9);
            ClassifierCard card =
                    new ClassifierCard(network.config(), train.classes(), accuracy, train.sha256(), record);
            byte[] file = network.archive(training.weights(), card);
            WholeFile.write(out.resolve(FILE), file);
            WholeFile.write(out.resolve("classifier.json"), card.toJson().getBytes(StandardCharsets.UTF_8));
            plot(curve);
            console.printf(
                    Locale.ROOT,
                    "%s: names the class of %.2f %% of %,d %s pictures%n",
                    out.resolve(FILE),
                    100 * accuracy,
                    pictures.test().count(),
                    pictures.heldOut() ? "held-out" : "test");
        }
    }

    private void tellPictures() {
        ClassCounts.lines(pictures.train(), folders).forEach(console::println);
        if (pictures.heldOut()) {
            console.printf(
                    Locale.ROOT,
                    "no test part: one picture in %d of each class is held out to test by%n",
                    TestedData.ONE_IN);
        }
        console.flush();
    }

    private void tellStopped(ClassifierTraining training, boolean replaces) {
        console.printf(
                Locale.ROOT,
                "stopped at step %d of %d: what it has learned is %s, and a classifier cannot go on%n",
                training.step(),
                training.steps(),
                replaces ? "lost, as " + out.resolve(FILE) + " of an earlier run stays" : "kept");
        console.flush();
    }

    private JsonObject record(ClassifierTraining training, ClassifierNetwork network, double seconds) {
        JsonObject record = new JsonObject();
        record.addProperty("seed", recipe.seed());
        record.addProperty("epochs", recipe.epochs());
        record.addProperty("steps", training.step());
        record.addProperty("of_steps", training.steps());
        record.addProperty("batch", recipe.batch(pictures.train().count()));
        record.addProperty("learning_rate", recipe.learningRate());
        record.addProperty("shift", recipe.shift());
        record.addProperty("flips", recipe.flips());
        record.addProperty("pictures", pictures.train().count());
        record.addProperty("test_pictures", pictures.test().count());
        record.addProperty("held_out", pictures.heldOut());
        record.addProperty(
                "parameters",
                network.parameters().stream().mapToLong(p -> p.size()).sum());
        record.addProperty("seconds", Math.round(seconds));
        return record;
    }

    private void printLine(int step, int steps, List<Double> losses, double seconds) {
        List<Double> recent = losses.subList(Math.max(0, losses.size() - LINE_EVERY), losses.size());
        double mean = recent.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        long eta = Math.round(seconds / step * (steps - step));
        console.printf(Locale.ROOT, "step %d/%d  loss %.4f  ETA %d:%02d%n", step, steps, mean, eta / 60, eta % 60);
        console.flush();
    }

    private void plot(MeanCurve losses) throws IOException {
        CurvePlot plot =
                new CurvePlot("Training of the classifier", "step", "cross entropy (nats)", CurvePlot.Scale.LOG_Y);
        PlotFiles plots = new PlotFiles();
        plots.write(out.resolve("loss.png"), () -> plot.png(List.of(losses.curve())));
        plots.warning().ifPresent(console::println);
    }
}
