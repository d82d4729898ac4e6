package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.image.Curve;
import dev.glimpse.image.CurvePlot;
import dev.glimpse.model.ClassifierCard;
import dev.glimpse.model.ClassifierConfig;
import dev.glimpse.model.ClassifierNetwork;
import dev.glimpse.training.ClassifierRecipe;
import dev.glimpse.training.ClassifierTraining;
import dev.glimpse.training.IdxReader;
import dev.glimpse.training.ImageDataSet;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * {@code glimpse train --kind classifier}: from a data set to classifier.pt, its card and a plot of the loss.
 *
 * @param recipe how to train
 * @param names of the classes by index; empty to number them
 * @param data directory of the data set, with a training and a test part
 * @param out directory that receives everything
 * @param console told how it goes on
 */
record ClassifierRun(ClassifierRecipe recipe, List<String> names, Path data, Path out, PrintWriter console) {
    private static final int MOST_CLASSES = 256;
    private static final int LINE_EVERY = 50;

    void run() throws IOException {
        ImageDataSet train = named(IdxReader.read(data, candidates()));
        ImageDataSet test = IdxReader.readTest(data, train.classes());
        ClassifierNetwork network = new ClassifierNetwork(ClassifierConfig.of(
                train.channels(), train.height(), train.width(), train.classes().size()));
        OutputPlace.directory("--out", out);
        long start = System.nanoTime();
        List<Double> losses = new ArrayList<>();
        try (Interruption interruption = new Interruption();
                ClassifierTraining training = new ClassifierTraining(network, recipe, train)) {
            interruption.onStop(training::stop);
            training.run((step, steps, loss) -> {
                losses.add(loss);
                if (step % LINE_EVERY == 0 || step == steps) {
                    printLine(step, steps, losses, (System.nanoTime() - start) / 1e9);
                }
            });
            tellIfStopped(training);
            double accuracy = training.accuracy(test);
            JsonObject record = record(training, network, (System.nanoTime() - start) / 1e9);
            ClassifierCard card =
                    new ClassifierCard(network.config(), train.classes(), accuracy, train.sha256(), record);
            byte[] file = network.archive(training.weights(), card);
            WholeFile.write(out.resolve("classifier.pt"), file);
            WholeFile.write(out.resolve("classifier.json"), card.toJson().getBytes(StandardCharsets.UTF_8));
            plot(losses);
            console.printf(
                    Locale.ROOT,
                    "%s: names the class of %.2f %% of %,d test pictures%n",
                    out.resolve("classifier.pt"),
                    100 * accuracy,
                    test.count());
        }
    }

    private void tellIfStopped(ClassifierTraining training) {
        if (training.step() < training.steps()) {
            console.printf(
                    Locale.ROOT,
                    "stopped at step %d of %d: what it has learned is kept, but a classifier cannot go on%n",
                    training.step(),
                    training.steps());
            console.flush();
        }
    }

    private List<String> candidates() {
        return names.isEmpty()
                ? IntStream.range(0, MOST_CLASSES).mapToObj(Integer::toString).toList()
                : names;
    }

    /** The data with as many classes as it has labels, where nobody named them. */
    private ImageDataSet named(ImageDataSet images) {
        if (!names.isEmpty()) {
            return images;
        }
        int most = 0;
        for (byte label : images.labels()) {
            most = Math.max(most, label & 0xFF);
        }
        return new ImageDataSet(
                images.channels(),
                images.height(),
                images.width(),
                images.pixels(),
                images.labels(),
                images.classes().subList(0, most + 1));
    }

    private JsonObject record(ClassifierTraining training, ClassifierNetwork network, double seconds) {
        JsonObject record = new JsonObject();
        record.addProperty("seed", recipe.seed());
        record.addProperty("epochs", recipe.epochs());
        record.addProperty("steps", training.step());
        record.addProperty("of_steps", training.steps());
        record.addProperty("batch", recipe.batchSize());
        record.addProperty("learning_rate", recipe.learningRate());
        record.addProperty("shift", recipe.shift());
        record.addProperty("flips", recipe.flips());
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

    private void plot(List<Double> losses) throws IOException {
        int points = losses.size() / LINE_EVERY;
        double[] x = IntStream.range(0, points)
                .mapToDouble(i -> (i + 1.0) * LINE_EVERY)
                .toArray();
        double[] y = IntStream.range(0, points)
                .mapToDouble(i -> losses.subList(i * LINE_EVERY, (i + 1) * LINE_EVERY).stream()
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElseThrow())
                .toArray();
        CurvePlot plot =
                new CurvePlot("Training of the classifier", "step", "cross entropy (nats)", CurvePlot.Scale.LOG_Y);
        WholeFile.write(out.resolve("loss.png"), plot.png(List.of(new Curve("", x, y))));
    }
}
