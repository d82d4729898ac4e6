package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.evaluation.FeatureNetwork;
import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.SampleScope;
import dev.glimpse.evaluation.SampleStatistics;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.training.IdxReader;
import dev.glimpse.training.ImageDataSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The real pictures that samples are compared with.
 *
 * @param directory of the data set
 * @param part of it
 * @param data its pictures
 * @param sha256 checksum of the pictures
 * @param out keeps their statistics for the next evaluation
 */
record EvaluationReference(Path directory, Part part, ImageDataSet data, String sha256, Path out) {
    private static final int MOST_CLASSES = 256;
    private static final int SHORT_DIGEST = 12;

    /** A part of a data set. */
    enum Part {
        TRAIN,
        TEST
    }

    static EvaluationReference read(Path directory, Part part, Path out) {
        List<String> names =
                IntStream.range(0, MOST_CLASSES).mapToObj(Integer::toString).toList();
        ImageDataSet data =
                part == Part.TRAIN ? IdxReader.read(directory, names) : IdxReader.readTest(directory, names);
        return new EvaluationReference(directory, part, data, data.sha256(), out);
    }

    /** The statistics of all pictures, read where an earlier evaluation left them. */
    StatisticsFile statistics(EvaluationWorkers workers, FeatureSource features, int kept, EvaluationProgress progress)
            throws IOException {
        int dimension = workers.first().dimension();
        SampleScope scope = new SampleScope(data.count(), dimension, 0, false, 1, Math.min(kept, data.count()));
        String description = "{\"data_sha256\":\"" + sha256 + "\",\"features_sha256\":\"" + features.sha256()
                + "\",\"features_input\":\"" + features.range().map(Enum::name).orElse("") + "\"}";
        Path file = out.resolve("reference-" + sha256.substring(0, SHORT_DIGEST) + "-"
                + features.sha256().substring(0, SHORT_DIGEST) + ".safetensors");
        if (Files.exists(file)) {
            StatisticsFile found = StatisticsFile.read(file);
            if (found.run().equals(description) && found.scope().equals(scope)) {
                return found;
            }
        }
        SampleStatistics all = new SampleStatistics(scope);
        int blocks = (data.count() + FeatureNetwork.BATCH - 1) / FeatureNetwork.BATCH;
        int[] done = {0};
        progress.begin("data", 0);
        workers.run(0, blocks, (worker, block) -> look(worker, block * FeatureNetwork.BATCH), block -> {
            all.add(block);
            progress.advanced(++done[0], blocks);
        });
        StatisticsFile statistics = new StatisticsFile(description, scope, 0, data.count(), List.of(all));
        if (!workers.isStopped()) {
            statistics.write(file);
        }
        return statistics;
    }

    private SampleStatistics.Block look(EvaluationWorker worker, int from) {
        int rows = Math.min(FeatureNetwork.BATCH, data.count() - from);
        byte[] pixels = Arrays.copyOfRange(data.pixels(), from * data.dimension(), (from + rows) * data.dimension());
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = data.labels()[from + i] & 0xFF;
        }
        return new SampleStatistics.Block(from, labels, worker.look(pixels, rows));
    }

    /** What a report tells of the data. */
    JsonObject facts() {
        JsonObject facts = new JsonObject();
        facts.addProperty("directory", directory.toString());
        facts.addProperty("part", part.name().toLowerCase(Locale.ROOT));
        facts.addProperty("pictures", data.count());
        facts.addProperty("sha256", sha256);
        return facts;
    }
}
