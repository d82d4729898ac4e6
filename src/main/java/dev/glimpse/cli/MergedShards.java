package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.evaluation.StatisticsFile;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * All shards of an evaluation, put together.
 *
 * @param statistics of every sample that the run asked for
 * @param described the run, as its shards tell it
 * @param sheet the pictures to look at that they kept
 */
record MergedShards(StatisticsFile statistics, JsonObject described, EvaluationSheet sheet) {
    /** @throws WrongInputException when a shard is missing, was stopped, is of another run or there twice */
    static MergedShards read(List<Path> files) {
        List<StatisticsFile> shards = files.stream().map(StatisticsFile::read).toList();
        requireOfOneRun(files, shards);
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

    /** Refuses a file by what it has otherwise than the first, or has a second time. */
    private static void requireOfOneRun(List<Path> files, List<StatisticsFile> shards) {
        JsonObject first = facts(shards.get(0));
        for (int i = 1; i < files.size(); i++) {
            JsonObject facts = facts(shards.get(i));
            Set<String> names = new LinkedHashSet<>(first.keySet());
            names.addAll(facts.keySet());
            for (String name : names) {
                if (!Objects.equals(facts.get(name), first.get(name))) {
                    throw new WrongInputException(
                            "--merge",
                            files.get(i) + " with " + told(facts, name),
                            told(first, name) + ", as " + files.get(0) + " has it");
                }
            }
            for (int j = 0; j < i; j++) {
                if (overlap(shards.get(i), shards.get(j))) {
                    throw new WrongInputException(
                            "--merge", files.get(i), "each shard once; " + files.get(j) + " holds samples of it");
                }
            }
        }
    }

    private static JsonObject facts(StatisticsFile shard) {
        JsonObject facts = EvaluationRun.parse(shard);
        facts.addProperty("neighbours", shard.scope().kept());
        return facts;
    }

    private static String told(JsonObject facts, String name) {
        return facts.has(name) ? name + " " + facts.get(name) : "no " + name;
    }

    private static boolean overlap(StatisticsFile one, StatisticsFile other) {
        return one.from() < other.from() + other.done() && other.from() < one.from() + one.done();
    }
}
