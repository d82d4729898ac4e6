package dev.glimpse.cli;

import dev.glimpse.evaluation.FeatureNetwork;
import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.StatisticsFile;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code glimpse evaluate}: how good a model's pictures are, over a grid of steps, gammas and samplers. */
@Command(
        name = "evaluate",
        description = "Compares a model's samples with a data set: Fréchet distance, precision and recall, class score,"
                + " class accuracy, and PSNR against a teacher from equal noise. Interrupt it at any time; the same"
                + " command goes on.")
final class EvaluateCommand implements Callable<Integer> {
    /** What a report on finished shards still asks for; all else decides how samples are drawn. */
    private static final Set<String> OF_MERGING = Set.of(
            "--merge",
            "--data",
            "--part",
            "--features",
            "--features-input",
            "--features-name",
            "--neighbours",
            "--threads",
            "--device",
            "--out",
            "--json",
            "--verbose");

    private static final String SHARD = "none with --shard, whose statistics --merge compares with data";
    private static final String REJECTION = "none with --rejection-ratio, as each setting keeps other samples";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private EvaluationOptions options = new EvaluationOptions();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private ReferenceOptions data = new ReferenceOptions();

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "2000",
            description = "Samples at each setting; default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            converter = SeedConverter.class,
            description = "Key of all noise and classes, an unsigned 64-bit number; default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--neighbours",
            paramLabel = "N",
            defaultValue = "10000",
            description =
                    "Most pictures that precision and recall look at, spread over the data set; 0 for none; default:"
                            + " ${DEFAULT-VALUE}.")
    private int neighbours;

    @Mixin
    private TeacherOptions teacher = new TeacherOptions();

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            description = "Draw part I of N alone, I from 0, in blocks of " + FeatureNetwork.BATCH
                    + " samples, or of one class, and leave its statistics in --out for --merge.")
    private @Nullable String shard;

    @Option(
            names = "--merge",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Report on statistics of shards instead of drawing samples.")
    private List<Path> merged = List.of();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads, each with networks of its own, on GPUs in turns; default: one per core, or one per"
                    + " GPU. The numbers do not depend on them.")
    private @Nullable Integer threads;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Receives statistics, report, plots and pictures.")
    private Path out;

    @Override
    public Integer call() throws IOException {
        if (threads != null) {
            requireAtLeast("--threads", threads, 1);
        }
        requireAtLeast("--neighbours", neighbours, 0);
        OutputPlace.requireDirectory("--out", out);
        return merged.isEmpty() ? draw() : merge();
    }

    private int draw() throws IOException {
        ParseResult given = spec.commandLine().getParseResult();
        if (shard != null) {
            UnusedOptions.refuse(given, List.of("--data", "--part", "--json"), SHARD);
        }
        EvaluationRun run = run(given);
        WorkShare shardPart = shard == null ? new WorkShare(0, 1) : EvaluationGathering.shard(shard, run.blocks());
        EvaluationReference reference =
                shard == null ? data.read(run.picture(), run.spec().labels(), out) : null;
        try (EvaluationWorkers workers =
                EvaluationWorkers.on(device.devices(), threads, on -> EvaluationWorker.of(run, on))) {
            Interruption interruption = Interruption.listen(spec.commandLine().getErr())
                    .onStop("after the blocks under way, or with the report if all are drawn", workers::stop);
            if (reference != null) {
                // Refused now and not when every sample is drawn.
                reference.scope(workers.first().dimension(), neighbours);
            }
            OutputPlace.directory("--out", out);
            draw(run, shardPart, workers, reference);
            return interruption.status();
        }
    }

    private void draw(
            EvaluationRun run, WorkShare share, EvaluationWorkers workers, @Nullable EvaluationReference reference)
            throws IOException {
        try (OutputLock lock = OutputLock.ofFile("--out", out, EvaluationGathering.fileName(share))) {
            PrintWriter err = spec.commandLine().getErr();
            EvaluationGathering gathering = new EvaluationGathering(run, share, neighbours, out);
            StatisticsFile statistics = gathering.gather(workers, err);
            if (workers.isStopped()) {
                err.println("stopped: " + statistics.done() + " samples of each setting are kept in " + gathering.file()
                        + "; the same command goes on from there");
                return;
            }
            if (reference == null) {
                err.println(gathering.file() + ": " + statistics.done() + " samples of each setting");
                return;
            }
            StatisticsFile real = reference.statistics(workers, run.features(), neighbours, err);
            if (workers.isStopped()) {
                err.println("stopped: all samples are kept in " + gathering.file()
                        + "; the same command goes on from there");
                return;
            }
            report(statistics, real, run.features(), reference).write(out, err);
        }
    }

    private int merge() throws IOException {
        UnusedOptions.refuseAllBut(
                spec.commandLine().getParseResult(), OF_MERGING, "none with --merge, whose shards have decided that");
        MergedShards shards = MergedShards.read(merged);
        PictureShape picture = EvaluationRun.picture(shards.described());
        FeatureSource features = options.source(picture);
        EvaluationRun.requireSameFeatures(shards.described(), features);
        EvaluationReference reference = data.read(picture, EvaluationRun.labels(shards.described()), out);
        try (EvaluationWorkers workers =
                EvaluationWorkers.on(device.devices(), threads, on -> EvaluationWorker.of(features, picture, on))) {
            Interruption interruption = Interruption.listen(spec.commandLine().getErr())
                    .onStop("after the blocks under way, or with the report if all are drawn", workers::stop);
            OutputPlace.directory("--out", out);
            StatisticsFile real = reference.statistics(
                    workers, features, neighbours, spec.commandLine().getErr());
            if (workers.isStopped()) {
                spec.commandLine().getErr().println("stopped: nothing is merged");
                return interruption.status();
            }
            EvaluationPlots plots = report(shards.statistics(), real, features, reference);
            if (!shards.sheet().write(out)) {
                spec.commandLine().getErr().println("no samples.png: the shards' version kept no pictures");
            }
            plots.write(out, spec.commandLine().getErr());
            return interruption.status();
        }
    }

    /** Writes and prints the numbers; what is left is their plots, which come last as fonts may be missing. */
    private EvaluationPlots report(
            StatisticsFile statistics, StatisticsFile real, FeatureSource features, EvaluationReference reference)
            throws IOException {
        EvaluationReport report = EvaluationReport.of(statistics, real, features, reference.facts());
        WholeFile.write(out.resolve("evaluation.json"), (report.json() + "\n").getBytes(StandardCharsets.UTF_8));
        if (json.isSet()) {
            JsonOption.print(report.json(), spec.commandLine().getOut());
        } else {
            report.print(spec.commandLine().getOut());
        }
        return new EvaluationPlots(report);
    }

    private EvaluationRun run(ParseResult given) {
        requireAtLeast("--count", count, 2);
        ModelDirectory directory = model.read();
        ModelSpec picture = directory.config().spec();
        List<StepPlan> plans = new ArrayList<>();
        List<EvaluationSetting> settings = options.settings(picture, plans);
        FeatureSource features =
                options.source(new PictureShape(picture.channels(), picture.height(), picture.width()));
        Optional<ClassifierRejection> rejection = options.rejection().rejection(picture, features, count);
        EvaluationRun.Teacher target = rejection.isEmpty()
                ? teacher.teacher(directory, count, given)
                : teacher.none(directory, given, REJECTION);
        return new EvaluationRun(directory, seed, count, settings, plans, features, target, rejection);
    }

    private static void requireAtLeast(String name, int value, int least) {
        if (value < least) {
            throw new WrongInputException(name, value, "at least " + least);
        }
    }
}
