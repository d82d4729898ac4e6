package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.glimpse.evaluation.FeatureNetwork;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The very commands of the jobs, shard after shard on a tiny model and a tiny data set, against the same command
 * without shards. Only what it says of amounts is made smaller.
 */
class IndexedJobsTest {
    private static final Path JOBS = Path.of("k8s/jobs");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final int PICTURES = 40;
    /** Enough for a block of samples in each shard. */
    private static final int SAMPLES = 4 * FeatureNetwork.BATCH;

    @TempDir
    private static Path directory;

    private static Path model;
    private static Path classifier;
    private static Path data;
    private static Path scores;
    private static Path whole;

    @BeforeAll
    static void prepare() throws IOException {
        model = TinyModel.write(directory.resolve("models/tiny/1"));
        classifier = EvaluateCommandTest.writeClassifier(directory.resolve("features.pt"));
        data = Files.createDirectory(directory.resolve("data"));
        TinyData.write(data, "train", PICTURES, TinyModel.LABELS.size());
        TinyData.write(data, "t10k", PICTURES, TinyModel.LABELS.size());
        scores = Files.createDirectory(directory.resolve("scores"));
        whole = Files.createDirectory(directory.resolve("whole"));
    }

    @Test
    void samplesOfAllShardsAreThoseOfOneRun() throws IOException {
        runShards("sample.yaml");
        run(unsharded("sample.yaml"), whole);

        Map<String, byte[]> expected = files(whole.resolve("samples"));
        assertThat(expected).hasSize(PICTURES);
        Map<String, byte[]> drawn = files(scores.resolve("samples"));
        assertThat(drawn.keySet()).isEqualTo(expected.keySet());
        drawn.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
    }

    @Test
    void statisticsOfAllShardsJoinToThoseOfOneRun() throws IOException {
        runShards("evaluate.yaml");
        run(args("merge/evaluate-merge.yaml"), scores);
        List<String> unsharded = unsharded("evaluate.yaml");
        unsharded.addAll(List.of("--data", "/data"));
        run(unsharded, whole);

        JsonArray expected = settings(whole);
        JsonArray joined = settings(scores);
        assertThat(joined).hasSameSizeAs(expected).isNotEmpty();
        for (int i = 0; i < joined.size(); i++) {
            for (String number : List.of("frechet_distance", "precision", "recall", "class_accuracy", "psnr_db")) {
                double value = number(expected.get(i), number);
                assertThat(number(joined.get(i), number)).as(number).isCloseTo(value, within(1e-9 * (1 + value)));
            }
        }
    }

    @Test
    void likelihoodsOfAllShardsJoinToThoseOfOneRun() throws IOException {
        runShards("likelihood.yaml");
        String joined = run(args("merge/likelihood-merge.yaml"), scores);
        String alone = run(unsharded("likelihood.yaml"), whole);

        assertThat(bits(joined)).isEqualTo(bits(alone));
        assertThat(joined).contains("over " + PICTURES + " pictures");
    }

    private static String bits(String report) {
        return report.replaceAll("(?s).*?([0-9.]+ bits/dim).*", "$1");
    }

    private static JsonArray settings(Path out) throws IOException {
        return JsonParser.parseString(Files.readString(out.resolve("evaluation.json")))
                .getAsJsonObject()
                .getAsJsonArray("settings");
    }

    private static double number(JsonElement setting, String name) {
        return setting.getAsJsonObject().get(name).getAsDouble();
    }

    private static void runShards(String file) throws IOException {
        Job job = job(file);
        for (int index = 0; index < job.getSpec().getCompletions(); index++) {
            int shard = index;
            run(
                    args(file).stream()
                            .map(arg -> arg.replace("$(JOB_COMPLETION_INDEX)", Integer.toString(shard)))
                            .toList(),
                    scores);
        }
    }

    /** The command of a job as one pod would do all of it. */
    private static List<String> unsharded(String file) throws IOException {
        List<String> args = args(file);
        int shard = args.indexOf("--shard");
        assertThat(args.get(shard + 1))
                .isEqualTo("$(JOB_COMPLETION_INDEX)/" + job(file).getSpec().getCompletions());
        args.subList(shard, shard + 2).clear();
        args.replaceAll(arg -> arg.replaceAll("-\\$\\(JOB_COMPLETION_INDEX\\)-of-\\d+", ""));
        return args;
    }

    private static String run(List<String> args, Path out) {
        String amount = Integer.toString(args.get(0).equals("evaluate") ? SAMPLES : PICTURES);
        Stream<String> small = args.stream()
                .map(arg -> arg.equals("10000") ? amount : arg)
                .map(arg -> arg.replaceFirst("^/scores", out.toString()).replaceFirst("^/data", data.toString()));
        boolean merges = args.contains("--merge");
        Stream<String> own = merges ? Stream.of() : Stream.of("--model", model.toString());
        Stream<String> quick = switch (args.get(0)) {
            case "likelihood" -> merges ? Stream.of() : Stream.of("--integrator", "heun", "--steps", "3");
            case "evaluate" -> Stream.of("--features", classifier.toString(), "--threads", "1");
            default -> Stream.of();
        };
        // In front of the files of --merge, which takes all that follows.
        List<String> words = new ArrayList<>(small.toList());
        words.addAll(1, Stream.concat(own, quick).toList());
        CommandLineRun run = CommandLineRun.of(words.toArray(String[]::new));
        assertThat(run.status()).as(String.join(" ", args) + ": " + run.err()).isZero();
        return run.out();
    }

    private static Job job(String file) throws IOException {
        return (Job) YAML.unmarshal(Files.readString(JOBS.resolve(file)));
    }

    private static List<String> args(String file) throws IOException {
        return new ArrayList<>(job(file)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0)
                .getArgs());
    }

    private static Map<String, byte[]> files(Path from) throws IOException {
        try (Stream<Path> all = Files.list(from)) {
            return all.collect(Collectors.toMap(
                    file -> file.getFileName().toString(), IndexedJobsTest::bytes, (a, b) -> a, TreeMap::new));
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
