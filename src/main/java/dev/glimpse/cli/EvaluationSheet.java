package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Pictures to look at: a row for each setting of an evaluation, the same noise below each other. Where samples are left
 * out, each setting shows what it kept of each class.
 *
 * @param shape of each
 * @param rows settings
 * @param pictures row by row; none where nobody kept some
 */
record EvaluationSheet(PictureShape shape, int rows, List<float[]> pictures) {
    private static final int COLUMNS = 15;
    private static final int PADDING = 1;
    private static final String FILE = "samples.png";

    /**
     * Whether a block has pictures for the sheet: the first one, or of blocks of one class each the first ones.
     *
     * @param from index of the block's first sample
     */
    static boolean wants(EvaluationRun run, int from) {
        return from < run.blocks().first(run.rejection().isPresent() ? COLUMNS : 1);
    }

    /**
     * The first samples of a run.
     *
     * @param block of the first samples, or the next of them
     * @param before the sheet's pictures of the blocks before it; none for the first
     */
    static EvaluationSheet of(EvaluationRun run, EvaluationWorker.Block block, List<float[]> before) {
        int columns = run.rejection().isPresent() ? 1 : Math.min(COLUMNS, block.labels().length);
        int rows = run.settings().size();
        int known = before.size() / rows;
        List<float[]> sheet = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            sheet.addAll(before.subList(row * known, (row + 1) * known));
            sheet.addAll(block.drawn().get(run.settings().get(row).plan()).subList(0, columns));
        }
        return new EvaluationSheet(run.picture(), rows, sheet);
    }

    /**
     * What shards hold of it, in the order of their samples.
     *
     * @param described the run, as they tell it
     */
    static EvaluationSheet of(List<StatisticsFile> shards, JsonObject described) {
        int rows = EvaluationRun.settings(described).size();
        List<List<float[]>> sheets = shards.stream()
                .sorted(Comparator.comparingInt(StatisticsFile::from))
                .map(StatisticsFile::sheet)
                .toList();
        List<float[]> joined = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            for (List<float[]> sheet : sheets) {
                int columns = sheet.size() / rows;
                joined.addAll(sheet.subList(row * columns, (row + 1) * columns));
            }
        }
        return new EvaluationSheet(EvaluationRun.picture(described), rows, joined);
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
