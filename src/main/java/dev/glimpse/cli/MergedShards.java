package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.evaluation.StatisticsFile;
import java.nio.file.Path;
import java.util.List;

/**
 * All shards of an evaluation, put together.
 *
 * @param statistics of every sample that the run asked for
 * @param described the run, as its shards tell it
 */
record MergedShards(StatisticsFile statistics, JsonObject described) {
    /** @throws WrongInputException when a shard is missing, or was stopped */
    static MergedShards read(List<Path> files) {
        StatisticsFile statistics =
                StatisticsFile.merge(files.stream().map(StatisticsFile::read).toList());
        JsonObject described = EvaluationRun.parse(statistics);
        int asked = described.get("count").getAsInt();
        if (statistics.done() != asked) {
            throw new WrongInputException(
                    "--merge",
                    statistics.done() + " samples of each setting",
                    asked + ", all that the run asks for; a shard is missing or was stopped");
        }
        return new MergedShards(statistics, described);
    }
}
