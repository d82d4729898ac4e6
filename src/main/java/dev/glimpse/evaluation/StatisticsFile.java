package dev.glimpse.evaluation;

import dev.glimpse.model.ModelFormatException;
import dev.glimpse.model.SafeTensors;
import dev.glimpse.model.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What one shard of an evaluation has gathered, as it is kept on disk.
 *
 * @param run everything that decides the numbers, as text: only statistics of one run can be joined
 * @param scope what is gathered
 * @param from index of the shard's first sample
 * @param done samples gathered so far
 * @param settings statistics of each setting, in the run's order
 * @param sheet the shard's samples to look at, setting by setting, as the model gave them; empty in shards without
 *     some, and in files of versions that kept none
 */
public record StatisticsFile(
        String run, SampleScope scope, int from, int done, List<SampleStatistics> settings, List<float[]> sheet) {
    private static final int SCOPE_FIELDS = 6;
    private static final String SHEET = "sheet";

    public StatisticsFile {
        settings = List.copyOf(settings);
        sheet = List.copyOf(sheet);
    }

    /** Without samples to look at. */
    public StatisticsFile(String run, SampleScope scope, int from, int done, List<SampleStatistics> settings) {
        this(run, scope, from, done, settings, List.of());
    }

    /** Writes a safetensors file; the one before stays until the new one is complete. */
    public void write(Path file) throws IOException {
        TensorList list = new TensorList(new ArrayList<>(), "");
        list.put(
                "scope",
                scope.count(),
                scope.dimension(),
                scope.classes(),
                scope.tallied() ? 1 : 0,
                scope.splits(),
                scope.kept());
        list.put("range", from, done, settings.size());
        for (int i = 0; i < settings.size(); i++) {
            settings.get(i).write(list.below(Integer.toString(i)));
        }
        for (int i = 0; i < sheet.size(); i++) {
            list.below(SHEET).put(Integer.toString(i), sheet.get(i), sheet.get(i).length);
        }
        SafeTensorsWriter.write(file, Map.of("run", run), list.entries());
    }

    /**
     * Reads a file.
     *
     * @throws ModelFormatException if it cannot be read or holds no statistics; the message names it
     */
    public static StatisticsFile read(Path file) {
        SafeTensors content;
        try {
            content = SafeTensors.read(file);
        } catch (IOException e) {
            throw new ModelFormatException(file + ": cannot be read (expected: statistics of an evaluation)");
        }
        String run = content.metadata().get("run");
        TensorTable table = new TensorTable(content.tensors(), "", file.toString());
        long[] scopeFields = table.longs("scope");
        long[] range = table.longs("range");
        if (run == null || scopeFields.length != SCOPE_FIELDS || range.length != 3) {
            throw new ModelFormatException(file + ": incomplete (expected: statistics of an evaluation)");
        }
        SampleScope scope = new SampleScope(
                (int) scopeFields[0],
                (int) scopeFields[1],
                (int) scopeFields[2],
                scopeFields[3] == 1,
                (int) scopeFields[4],
                (int) scopeFields[5]);
        List<SampleStatistics> settings = new ArrayList<>();
        for (int i = 0; i < range[2]; i++) {
            settings.add(SampleStatistics.read(table.below(Integer.toString(i)), scope));
        }
        List<float[]> sheet = new ArrayList<>();
        while (content.tensors().containsKey(SHEET + "." + sheet.size())) {
            sheet.add(table.below(SHEET).floats(Integer.toString(sheet.size())));
        }
        return new StatisticsFile(run, scope, (int) range[0], (int) range[1], settings, sheet);
    }

    /**
     * Joins the numbers of shards of one run, in any order; the result has no samples to look at.
     *
     * @throws IllegalArgumentException if they belong to different runs, gathered different things or hold the same
     *     samples
     */
    public static StatisticsFile merge(List<StatisticsFile> shards) {
        List<StatisticsFile> ordered = new ArrayList<>(shards);
        // An empty shard begins where its neighbour does.
        ordered.sort(Comparator.comparingInt(StatisticsFile::from).thenComparingInt(StatisticsFile::done));
        StatisticsFile first = ordered.get(0);
        List<SampleStatistics> joined = new ArrayList<>();
        first.settings().forEach(setting -> joined.add(new SampleStatistics(first.scope())));
        int end = 0;
        int done = 0;
        for (StatisticsFile shard : ordered) {
            if (!shard.run().equals(first.run())) {
                throw new IllegalArgumentException("merge: shards of different runs: " + first.run() + " and "
                        + shard.run() + " (expected: one run)");
            }
            if (!shard.scope().equals(first.scope())) {
                throw new IllegalArgumentException("merge: shards of different scopes: " + first.scope() + " and "
                        + shard.scope() + " (expected: one scope; kept is decided by --neighbours)");
            }
            if (shard.from() < end) {
                throw new IllegalArgumentException(
                        "merge: sample " + shard.from() + " twice (expected: each shard once)");
            }
            end = shard.from() + shard.done();
            done += shard.done();
            for (int i = 0; i < joined.size(); i++) {
                joined.get(i).merge(shard.settings().get(i));
            }
        }
        return new StatisticsFile(first.run(), first.scope(), first.from(), done, joined);
    }
}
