package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.evaluation.EvenSpread;
import dev.glimpse.evaluation.FeatureNetwork;
import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.SampleScope;
import dev.glimpse.evaluation.SampleStatistics;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.image.PictureShape;
import dev.glimpse.training.DataPart;
import dev.glimpse.training.DataSet;
import dev.glimpse.training.DataSets;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The real pictures that samples are compared with.
 *
 * @param directory of the data set
 * @param part of it
 * @param data its pictures
 * @param fingerprint tells the pictures from those of an earlier evaluation
 * @param out keeps their statistics for the next evaluation
 */
record EvaluationReference(Path directory, DataPart part, DataSet data, String fingerprint, Path out) {
    private static final int SHORT_DIGEST = 12;

    /**
     * Opens a data set of pictures like the model's.
     *
     * @param labels names of the model's classes; empty for none
     */
    static EvaluationReference read(
            Path directory, DataPart part, PictureShape picture, List<String> labels, Path out) {
        DataSet data = DataSets.open(directory, part, labels, picture);
        PictureShape own = new PictureShape(data.channels(), data.height(), data.width());
        if (!own.equals(picture)) {
            throw new WrongInputException(
                    "--data", directory + " with pictures of " + own, "such as the model makes, " + picture);
        }
        return new EvaluationReference(directory, part, data, data.fingerprint(), out);
    }

    /**
     * What is gathered of the pictures.
     *
     * @param dimension values of a feature vector
     * @param kept most vectors to keep
     * @throws IllegalArgumentException if so many cannot be
     */
    SampleScope scope(int dimension, int kept) {
        return new SampleScope(data.count(), dimension, 0, false, 1, Math.min(kept, data.count()));
    }

    /** The statistics of all pictures, read where an earlier evaluation left them. */
    StatisticsFile statistics(EvaluationWorkers workers, FeatureSource features, int kept, PrintWriter err)
            throws IOException {
        SampleScope scope = scope(workers.first().dimension(), kept);
        // A folder's may be one of its files, whatever size they are read at. Files of earlier versions are
        // found by these very words.
        String read = "PictureShape[channels=" + data.channels() + ", height=" + data.height() + ", width="
                + data.width() + "]";
        String description = "{\"data_sha256\":\"" + fingerprint + "\",\"picture\":\"" + read
                + "\",\"features_sha256\":\"" + features.sha256() + "\",\"features_input\":\""
                + features.range().map(Enum::name).orElse("") + "\"" + chosen(scope) + "}";
        Path file = out.resolve("reference-" + fingerprint.substring(0, SHORT_DIGEST) + "-"
                + features.sha256().substring(0, SHORT_DIGEST) + ".safetensors");
        if (Files.exists(file)) {
            StatisticsFile found = StatisticsFile.read(file);
            if (found.run().equals(description) && found.scope().equals(scope)) {
                return found;
            }
        }
        SampleStatistics all = new SampleStatistics(scope);
        EvenSpread choice = new EvenSpread(scope.kept(), scope.count());
        int blocks = (data.count() + FeatureNetwork.BATCH - 1) / FeatureNetwork.BATCH;
        int[] done = {0};
        ProgressBar progress = ProgressBar.of(err, "blocks of the data set", blocks);
        workers.run(0, blocks, (worker, block) -> look(worker, block * FeatureNetwork.BATCH), block -> {
            all.add(block, choice);
            progress.show(++done[0]);
        });
        progress.end();
        StatisticsFile statistics = new StatisticsFile(description, scope, 0, data.count(), List.of(all));
        if (!workers.isStopped()) {
            statistics.write(file);
        }
        return statistics;
    }

    /** Which vectors are kept, where some are not: earlier versions kept those of the first pictures. */
    private static String chosen(SampleScope scope) {
        return scope.kept() == 0 || scope.kept() == scope.count() ? "" : ",\"kept\":\"spread\"";
    }

    private SampleStatistics.Block look(EvaluationWorker worker, int from) {
        int rows = Math.min(FeatureNetwork.BATCH, data.count() - from);
        byte[] pixels = new byte[rows * data.dimension()];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(data.bytes(from + i), 0, pixels, i * data.dimension(), data.dimension());
            labels[i] = data.label(from + i);
        }
        return new SampleStatistics.Block(from, labels, worker.look(pixels, rows));
    }

    /** What a report tells of the data. */
    JsonObject facts() {
        JsonObject facts = new JsonObject();
        facts.addProperty("directory", directory.toString());
        facts.addProperty("part", part.name().toLowerCase(Locale.ROOT));
        facts.addProperty("pictures", data.count());
        facts.addProperty("sha256", data.sha256());
        return facts;
    }
}
