package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures to look at: a row for each setting of an evaluation, the same noise below each other.
 *
 * @param shape of each
 * @param rows settings
 * @param pictures row by row; none where the first sample is missing
 */
record EvaluationSheet(PictureShape shape, int rows, List<float[]> pictures) {
    private static final int COLUMNS = 15;
    private static final int PADDING = 1;
    private static final String FILE = "samples.png";

    /** The first samples of a run. */
    static EvaluationSheet of(EvaluationRun run, EvaluationWorker.Block first) {
        int columns = Math.min(COLUMNS, first.labels().length);
        List<float[]> sheet = new ArrayList<>();
        for (EvaluationSetting setting : run.settings()) {
            sheet.addAll(first.drawn().get(setting.plan()).subList(0, columns));
        }
        return new EvaluationSheet(run.picture(), run.settings().size(), sheet);
    }

    /**
     * What statistics hold of it.
     *
     * @param described the run, as they tell it
     */
    static EvaluationSheet of(StatisticsFile statistics, JsonObject described) {
        return new EvaluationSheet(
                EvaluationRun.picture(described),
                EvaluationRun.settings(described).size(),
                statistics.sheet());
    }

    /** Writes samples.png, or nothing where there are no pictures; tells whether it did. */
    boolean write(Path out) throws IOException {
        if (pictures.isEmpty()) {
            return false;
        }
        int columns = pictures.size() / rows;
        WholeFile.write(out.resolve(FILE), new PictureGrid(shape, columns, PADDING).png(pictures));
        return true;
    }
}
