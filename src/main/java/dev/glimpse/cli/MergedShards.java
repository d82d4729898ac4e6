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
 * @param sheet the pictures to look at that they kept
 */
record MergedShards(StatisticsFile statistics, JsonObject described, EvaluationSheet sheet) {
    /** @throws WrongInputException when a shard is missing, or was stopped */
    static MergedShards read(List<Path> files) {
        List<StatisticsFile> shards = files.stream().map(StatisticsFile::read).toList();
        StatisticsFile statistics = StatisticsFile.merge(shards);
        JsonObject described = EvaluationRun.parse(statistics);
        WrongInputException.require(
                described.has("count"),
                "--merge",
                files.get(0),
                "statistics of samples, as in a shard's statistics-I-of-N.safetensors");
        int asked = described.get("count").getAsInt();
        if (statistics.done() != asked) {
            throw new WrongInputException(
                    "--merge",
                    statistics.done() + " samples of each setting",
                    asked + ", all that the run asks for; a shard is missing or was stopped");
        }
        return new MergedShards(statistics, described, EvaluationSheet.of(shards, described));
    }
}
