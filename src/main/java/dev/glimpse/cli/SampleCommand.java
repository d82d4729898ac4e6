package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.glimpse.generation.EditRequest;
import dev.glimpse.generation.EditResolver;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.image.PictureEncoder;
import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.Edit;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glimpse sample}: pictures of a model without a server, as one PNG file. */
@Command(
        name = "sample",
        description =
                "Draws pictures and saves them as one PNG grid: the same ones that a server gives for the same seed.")
final class SampleCommand implements Callable<Integer> {
    private static final int PADDING = 2;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Mixin
    private PlanOptions refining = new PlanOptions();

    @Mixin
    private EditOptions editing = new EditOptions();

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Key of all noise, an unsigned 64-bit number; default: ${DEFAULT-VALUE}.")
    private String seed;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "16",
            description = "Number of pictures; default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--label",
            paramLabel = "CLASS",
            description = "Class of every picture, by name or index; default: drawn for each from the seed.")
    private @Nullable String label;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "samples.png",
            description = "Receives the grid; default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(names = "--each", paramLabel = "DIR", description = "Receives every picture as <sample>.png; absent: none.")
    private @Nullable Path each;

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            defaultValue = "0/1",
            description = "Draw part I (from 0) of N equal parts of the pictures; default: ${DEFAULT-VALUE}.")
    private String shard;

    @Override
    public Integer call() throws IOException {
        long key = key();
        if (count < 1) {
            throw new WrongInputException("--count", count, "at least 1");
        }
        if (!out.toString().endsWith(".png")) {
            throw new WrongInputException("--out", out, "a file that ends in .png");
        }
        ModelDirectory directory = model.read();
        ModelSpec picture = directory.config().spec();
        Optional<EditRequest> asked = editing.request(spec.commandLine().getParseResult());
        StepPlan plan = refining.plan(picture, asked);
        Edit edit = edit(picture, asked);
        EvaluationShard part = EvaluationShard.parse(shard);
        int first = part.from(count);
        int[] labels = Arrays.copyOfRange(labels(picture, key, edit), first, part.to(count));
        if (labels.length == 0) {
            throw new WrongInputException("--shard", shard, "at most as many parts as pictures, " + count);
        }
        OutputPlace.file("--out", out);
        OutputPlace.directory("--each", each);
        List<float[]> pictures;
        ComputeDevice on = device.first();
        long start;
        try (CtmModel loaded = directory.load(on)) {
            start = System.nanoTime();
            pictures = new LocalSampling(loaded, plan, key, edit, LocalSampling.rows(on))
                    .draw(first, labels, this::progress);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        int columns = (int) Math.ceil(Math.sqrt(labels.length));
        PictureShape shape = new PictureShape(picture.channels(), picture.height(), picture.width());
        Files.write(out, new PictureGrid(shape, columns, PADDING).png(pictures));
        if (each != null) {
            writeEach(each, shape, first, pictures);
        }
        report(directory, plan, labels, seconds);
        return ExitCode.OK;
    }

    private long key() {
        try {
            return Long.parseUnsignedLong(seed);
        } catch (NumberFormatException e) {
            throw new WrongInputException("--seed", seed, "0.." + Long.toUnsignedString(-1));
        }
    }

    private Edit edit(ModelSpec picture, Optional<EditRequest> asked) {
        try {
            return new EditResolver(picture).edit(asked, count);
        } catch (InvalidFieldException e) {
            throw new IllegalArgumentException(PlanOptions.typed(e.field(), e.getMessage()), e);
        }
    }

    private static void writeEach(Path directory, PictureShape shape, int first, List<float[]> pictures)
            throws IOException {
        PictureEncoder encoder = new PictureEncoder(shape);
        for (int i = 0; i < pictures.size(); i++) {
            Files.write(directory.resolve(first + i + ".png"), encoder.encode(pictures.get(i), ImageFormat.PNG));
        }
    }

    private int[] labels(ModelSpec picture, long key, Edit edit) {
        int classes = picture.labels().size();
        if (label != null) {
            int index = ClassNames.index(picture.labels(), label);
            return IntStream.range(0, count).map(sample -> index).toArray();
        }
        return IntStream.range(0, count)
                .map(sample ->
                        classes == 0 ? JumpBatch.NO_LABEL : NoiseStream.label(key, edit.noiseOf(sample), classes))
                .toArray();
    }

    /** One line that rewrites itself, for a person only: a pipe gets no such thing. */
    private void progress(int done, int all) {
        if (Boolean.getBoolean("glimpse.terminal")) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf(Locale.ROOT, "\r%d of %d evaluations%s", done, all, done == all ? "\n" : "");
            err.flush();
        }
    }

    private void report(ModelDirectory directory, StepPlan plan, int[] labels, double seconds) {
        PrintWriter console = spec.commandLine().getOut();
        int nfe = plan.nfe() * labels.length;
        if (!json.isSet()) {
            console.printf(
                    Locale.ROOT,
                    "%s: %d pictures of %s %s, seed %s, %s, gamma %s, %d evaluations each in %.1f s%n",
                    out,
                    labels.length,
                    directory.name(),
                    directory.version(),
                    seed,
                    plan.sampler().wireName(),
                    plan.gamma(),
                    plan.nfe(),
                    seconds);
            return;
        }
        JsonObject result = new JsonObject();
        result.addProperty("out", out.toString());
        result.addProperty("model", directory.name());
        result.addProperty("version", directory.version());
        result.addProperty("seed", seed);
        result.addProperty("count", labels.length);
        result.addProperty("steps", plan.nfe());
        result.addProperty("sampler", plan.sampler().wireName());
        result.addProperty("gamma", plan.gamma());
        result.addProperty("nfe", nfe);
        result.addProperty("seconds", seconds);
        List<Integer> used = new ArrayList<>(IntStream.of(labels).boxed().toList());
        used.removeIf(index -> index == JumpBatch.NO_LABEL);
        JsonArray classes = new JsonArray();
        used.forEach(classes::add);
        result.add("labels", classes);
        JsonOption.print(result, console);
    }
}
