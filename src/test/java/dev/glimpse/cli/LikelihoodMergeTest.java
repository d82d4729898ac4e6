package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LikelihoodMergeTest {
    private static final int PICTURES = 8;
    private static final int SHARDS = 4;

    @TempDir
    static Path directory;

    private static String model;
    private static List<Path> shards;

    @BeforeAll
    static void scoreEveryShard() throws IOException {
        model = TinyModel.write(directory.resolve("tiny/3")).toString();
        data("data", PICTURES);
        shards = IntStream.range(0, SHARDS)
                .mapToObj(i -> score("data", "shard-" + i, "--shard", i + "/" + SHARDS))
                .toList();
    }

    @Test
    void allShardsInAnyOrderAreTheRun() {
        CommandLineRun run = merge(shards.get(2), shards.get(0), shards.get(3), shards.get(1));

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("tiny/3: ").contains("over 8 pictures");
    }

    @Test
    void cellThatIsNotTheExactOneIsTold() {
        Path official = score("data", "official", "--cell", "official");

        assertThat(merge(official).out().strip()).endsWith("over 8 pictures, cell official");
        assertThat(merge(shards.toArray(Path[]::new)).out().strip()).endsWith("over 8 pictures");
    }

    @Test
    void missingShardIsNoticed() {
        assertRefused(
                merge(shards.get(0), shards.get(1), shards.get(3)),
                "--merge: 6 pictures (expected: 8, all that the run asks for; the shard of picture 4 is missing)");
        assertRefused(
                merge(shards.get(0), shards.get(1), shards.get(2)),
                "--merge: 6 pictures (expected: 8, all that the run asks for; the shard of picture 6 is missing)");
    }

    @Test
    void lineThatIsNoPicturesIsShown() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(shards.get(0)));
        lines.set(0, "{\"event\":\"picture\"}");
        Path damaged = Files.write(directory.resolve("damaged.jsonl"), lines);
        assertRefused(
                merge(damaged, shards.get(1)),
                "--merge: " + damaged + ", with {\"event\":\"picture\"} (expected: a number index on each line)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'index':[0-9]+ | 'index':'x' | a number index on each line",
                "'index':[0-9]+ | 'index':1.5 | a number index on each line",
                "'index':[0-9]+ | 'index':99 | an index in 0..7, of all pictures of the run",
                "'bits_per_dimension':[-0-9.E]+ | 'bits_per_dimension':'low' | a number bits_per_dimension on each line",
                "'residual':[-0-9.E]+ | 'residual':[1] | a number residual on each line",
                "'evaluations':[0-9]+ | 'evaluations':true | a number evaluations on each line"
            })
    void lineThatWasDamagedIsShown(String told, String damage, String expected) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(shards.get(0)));
        lines.set(0, damaged(lines.get(0), told, damage));
        Path damaged = Files.write(directory.resolve("damaged.jsonl"), lines);

        assertRefused(
                merge(damaged, shards.get(1)),
                "--merge: " + damaged + ", with " + lines.get(0) + " (expected: " + expected + ")");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'of_pictures':8 | 'of_pictures':8,'spread_over':7 | at least one of_pictures, and spread_over no fewer,"
                        + " if at all",
                "'of_pictures':8 | 'of_pictures':'many' | a number of_pictures on the last line",
                "'complete':true | 'complete':[] | a shard that was scored to its end",
                "'method':'[^']*' | 'method':null | a last line with method; what an older version wrote lacks it"
            })
    void lastLineThatWasDamagedIsRefused(String told, String damage, String expected) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(shards.get(0)));
        int last = lines.size() - 1;
        lines.set(last, damaged(lines.get(last), told, damage));
        Path damaged = Files.write(directory.resolve("damaged.jsonl"), lines);

        CommandLineRun run = merge(damaged, shards.get(1));

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .hasLineCount(1)
                .startsWith("glimpse likelihood: --merge: " + damaged)
                .contains("(expected: " + expected + ")");
    }

    /** A line with something else in place of what it told; quotes are single ones. */
    private static String damaged(String line, String told, String damage) {
        String changed = line.replaceFirst(told.replace('\'', '"'), damage.replace('\'', '"'));
        assertThat(changed).isNotEqualTo(line);
        return changed;
    }

    @Test
    void shardThatComesTwiceIsNoticed() {
        assertRefused(
                merge(shards.get(0), shards.get(0)),
                "--merge: " + shards.get(0) + " (expected: each shard once, as picture 0 came before)");
    }

    @Test
    void shardOfAnotherDataSetIsRefused() throws IOException {
        data("others", PICTURES + 3);
        Path other = score("others", "other-data", "--shard", "3/4", "--count", Integer.toString(PICTURES));

        assertOfAnotherRun(other);
    }

    @Test
    void shardOfFewerPicturesIsRefused() {
        assertOfAnotherRun(score("data", "fewer", "--shard", "1/2", "--count", "4"));
    }

    @Test
    void shardWithAnotherLabelIsRefused() {
        assertOfAnotherRun(score("data", "label", "--shard", "3/4", "--label", "none"));
    }

    /** The bound draws its noise levels along it, and the ODE is solved along it: weights do not tell of it. */
    @Test
    void shardOfOtherTimesIsRefused() throws IOException {
        Path config = TinyModel.write(directory.resolve("other/tiny/3")).resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"rho\": 7.0", "\"rho\": 5.0"));

        assertOfAnotherRun(score(
                "data", "rho", "--shard", "3/4", "--model", config.getParent().toString()));
    }

    @Test
    void shardsOfVersionsThatDidNotTellAllTimesAreJoined() throws IOException {
        List<Path> old = new ArrayList<>();
        for (Path shard : shards) {
            String told = Files.readString(shard);
            assertThat(told).contains(",\"rho\":7.0,");
            old.add(Files.writeString(
                    directory.resolve("untold-" + shard.getFileName()), told.replace(",\"rho\":7.0,", ",")));
        }

        assertThat(merge(old.toArray(Path[]::new)).out())
                .isEqualTo(merge(shards.toArray(Path[]::new)).out());
    }

    @Test
    void shardsOfPngFilesAreJoinedUnlessOneOfTheFilesChanged() throws IOException {
        Path files = Files.createDirectories(directory.resolve("pngs"));
        png(files.resolve("a.png"), 0.25f);
        png(files.resolve("b.png"), 0.5f);
        Path first = score("pngs", "png-0", "--shard", "0/2", "--label", "bag");
        Path second = score("pngs", "png-1", "--shard", "1/2", "--label", "bag");
        png(files.resolve("b.png"), 0.75f);
        Path changed = score("pngs", "png-2", "--shard", "1/2", "--label", "bag");

        assertThat(merge(first, second).out()).contains("over 2 pictures");
        assertThat(merge(first, changed).err()).contains(changed + " (expected: a shard of the same run as the first");
    }

    @Test
    void shardsOfFoldersAreJoinedUnlessOneIsOfTheFirstPictures() throws IOException {
        for (String name : TinyModel.LABELS) {
            Path folder = Files.createDirectories(directory.resolve("folders").resolve(name));
            for (int i = 0; i < 4; i++) {
                png(folder.resolve(i + ".png"), i / 4f);
            }
        }
        Path first = score("folders", "folders-0", "--count", "5", "--shard", "0/2");
        Path second = score("folders", "folders-1", "--count", "5", "--shard", "1/2");
        Path old = Files.writeString(
                directory.resolve("folders-old.jsonl"), Files.readString(second).replace(",\"spread_over\":12", ""));
        Path damaged = Files.writeString(
                directory.resolve("folders-damaged.jsonl"),
                Files.readString(second).replace("\"index\":9,", "\"index\":8,"));

        assertThat(indices(first)).containsExactly(0, 2);
        assertThat(indices(second)).containsExactly(4, 7, 9);
        assertThat(merge(second, first).out()).contains("over 5 pictures");
        assertThat(merge(first, old).err()).contains(old + " (expected: a shard of the same run as the first");
        assertThat(merge(first, damaged).err())
                .contains("(expected: that of one of 5 pictures, evenly spaced over 12)");
        assertRefused(
                merge(second),
                "--merge: 3 pictures (expected: 5, all that the run asks for; the shard of picture 0 is missing)");
    }

    private static List<Integer> indices(Path shard) throws IOException {
        return Files.readAllLines(shard).stream()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(line -> line.has("index"))
                .map(line -> line.get("index").getAsInt())
                .toList();
    }

    /** One of them as an older version wrote it, with probes that there were none of. */
    @Test
    void shardsOfABoundAreJoinedWithoutProbes() throws IOException {
        Path first = bound("bound-0", "0/2");
        Path second = bound("bound-1", "1/2");
        Path old = Files.writeString(
                directory.resolve("bound-old.jsonl"),
                Files.readString(second).replace("\"seed\"", "\"probe\":\"rademacher\",\"probes\":2,\"seed\""));

        assertThat(merge(first, second).out()).contains("over passes, ").contains("over 8 pictures");
        assertThat(merge(first, old).out()).isEqualTo(merge(first, second).out());
    }

    private static Path bound(String name, String shard) {
        Path out = directory.resolve(name + ".jsonl");
        CommandLineRun run = CommandLineRun.of(
                "likelihood",
                "--model",
                model,
                "--out",
                out.toString(),
                "--bound",
                "2",
                "--shard",
                shard,
                "--data",
                directory.resolve("data").toString());
        assertThat(run.status()).as(run.err()).isZero();
        return out;
    }

    @Test
    void fileOfAnOlderVersionIsRefusedByWhatItLacks() throws IOException {
        Path old = Files.writeString(
                directory.resolve("old.jsonl"),
                Files.readString(shards.get(0)).replaceAll("\"data_sha256\":\"[0-9a-f]{64}\",", ""));

        assertRefused(
                merge(old),
                "--merge: " + old + " (expected: a last line with data_sha256; what an older version wrote lacks it)");
    }

    @Test
    void lastLineOfAShardTellsWhatItIsPartOf() throws IOException {
        List<String> lines = Files.readAllLines(shards.get(1));
        JsonObject summary = JsonParser.parseString(lines.get(lines.size() - 1)).getAsJsonObject();

        assertThat(summary.get("pictures").getAsInt()).isEqualTo(2);
        assertThat(summary.get("of_pictures").getAsInt()).isEqualTo(PICTURES);
        assertThat(summary.get("label").getAsString()).isEqualTo("own");
        assertThat(summary.get("data_sha256").getAsString()).hasSize(64);
    }

    private static void assertOfAnotherRun(Path shard) {
        CommandLineRun run = merge(shards.get(0), shards.get(1), shards.get(2), shard);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .hasLineCount(1)
                .startsWith("glimpse likelihood: --merge: " + shard
                        + " (expected: a shard of the same run as the first, {");
    }

    private static void assertRefused(CommandLineRun run, String message) {
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).isEqualToIgnoringNewLines("glimpse likelihood: " + message);
    }

    private static CommandLineRun merge(Path... files) {
        return CommandLineRun.of(Stream.concat(
                        Stream.of("likelihood", "--merge"), Stream.of(files).map(Path::toString))
                .toArray(String[]::new));
    }

    private static Path score(String data, String name, String... options) {
        Path out = directory.resolve(name + ".jsonl");
        List<String> args = new ArrayList<>(List.of("likelihood", "--out", out.toString()));
        args.addAll(List.of("--integrator", "euler", "--steps", "2"));
        args.addAll(List.of(options));
        if (!args.contains("--model")) {
            args.addAll(List.of("--model", model));
        }
        args.addAll(List.of("--data", directory.resolve(data).toString()));
        CommandLineRun run = CommandLineRun.of(args.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();
        return out;
    }

    private static void png(Path file, float value) throws IOException {
        PictureShape shape = new PictureShape(1, TinyData.SIZE, TinyData.SIZE);
        float[] values = new float[shape.values()];
        Arrays.fill(values, value);
        Files.write(file, new PictureGrid(shape, 1, 0).png(List.of(values)));
    }

    private static void data(String name, int pictures) throws IOException {
        Path data = Files.createDirectories(directory.resolve(name));
        TinyData.write(data, "t10k", pictures, TinyModel.LABELS.size());
    }
}
