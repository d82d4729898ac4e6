package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.glimpse.generation.EditRequest;
import dev.glimpse.generation.EditResolver;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelDirectory;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.model.NetworkConfig;
import dev.glimpse.sampling.Edit;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code glimpse sample}: pictures of a model without a server, as one PNG file. */
@Command(
        name = "sample",
        description =
                "Draws pictures and saves them as one PNG grid: the same ones that a server gives for the same seed."
                        + " Interrupt it at any time; it saves what it has drawn.")
final class SampleCommand implements Callable<Integer> {
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
            converter = SeedConverter.class,
            description = "Key of all noise, an unsigned 64-bit number; default: ${DEFAULT-VALUE}.")
    private long seed;

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

    @Mixin
    private SampleFiles files = new SampleFiles();

    @Option(
            names = "--shard",
            paramLabel = "I/N",
            defaultValue = "0/1",
            description = "Draw part I (from 0) of N equal parts of the pictures; default: ${DEFAULT-VALUE}.")
    private String shard;

    private volatile boolean stopped;

    @Override
    public Integer call() throws IOException {
        if (count < 1) {
            throw new WrongInputException("--count", count, "at least 1");
        }
        files.check();
        ModelDirectory directory = model.read();
        ModelSpec picture = directory.config().spec();
        Optional<EditRequest> asked = editing.request(spec.commandLine().getParseResult());
        StepPlan plan = refining.plan(picture, asked);
        requireNumbers(plan, directory.config().network());
        Edit edit = edit(picture, asked);
        WorkShare part = WorkShare.parse(shard);
        int first = part.from(count);
        files.check(shape(picture), Math.max(1, part.to(count) - first));
        int[] labels = Arrays.copyOfRange(labels(picture, edit), first, part.to(count));
        if (labels.length == 0) {
            throw new WrongInputException("--shard", shard, "at most as many parts as pictures, " + count);
        }
        files.prepare();
        PrintWriter err = spec.commandLine().getErr();
        Interruption interruption =
                Interruption.listen(err).onStop("soon, with the pictures that are drawn", () -> stopped = true);
        double seconds = draw(directory, new Request(plan, edit, first, labels));
        files.finish(shape(picture));
        if (files.count() > 0) {
            report(directory, plan, Arrays.copyOf(labels, files.count()), seconds);
        }
        if (files.count() < labels.length) {
            err.println("stopped: " + files.count() + " of " + labels.length + " pictures are drawn");
        }
        return interruption.status();
    }

    /** Draws and saves the pictures, or those that are done when the wish to stop comes; tells how long it took. */
    private double draw(ModelDirectory directory, Request request) throws IOException {
        ComputeDevice on = device.first();
        int[] labels = request.labels();
        int nfe = request.plan().nfe();
        ProgressBar bar = ProgressBar.of(spec.commandLine().getErr(), "evaluations", labels.length * nfe);
        long start = System.nanoTime();
        try (CtmModel model = directory.load(on)) {
            start = System.nanoTime();
            int rows = LocalSampling.rows(on);
            LocalSampling sampling = new LocalSampling(model, request.plan(), seed, request.edit(), rows);
            // As many at a time as share a forward: what is done is saved before the next begin.
            for (int from = 0; from < labels.length && !stopped; from += rows) {
                int done = from * nfe;
                int[] group = Arrays.copyOfRange(labels, from, Math.min(labels.length, from + rows));
                List<float[]> drawn = sampling.draw(request.first() + from, group, (evaluated, all) -> {
                    bar.show(done + evaluated);
                    if (stopped && evaluated < all) {
                        throw new CancellationException();
                    }
                });
                List<float[]> fitted =
                        drawn.stream().map(request.edit()::fitted).toList();
                files.add(shape(directory.config().spec()), request.first() + from, fitted);
            }
        } catch (CancellationException e) {
            // Pictures that have not come to their end are none; those before are saved.
        } finally {
            bar.end();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /** What is drawn. */
    private record Request(StepPlan plan, Edit edit, int first, int[] labels) {}

    private static PictureShape shape(ModelSpec picture) {
        return new PictureShape(picture.channels(), picture.height(), picture.width());
    }

    /** Refuses a way down to time 0 for a network that cannot go it. */
    private static void requireNumbers(StepPlan plan, NetworkConfig network) {
        boolean toZero = plan.steps().stream().anyMatch(step -> step.target() == 0);
        WrongInputException.require(
                !toZero || network.finiteAtZero(),
                "--gamma-form",
                GammaForm.PAPER_UNCLAMPED.name().toLowerCase(Locale.ROOT),
                "official or paper, as this network gives no numbers at time 0");
    }

    private Edit edit(ModelSpec picture, Optional<EditRequest> asked) {
        try {
            return new EditResolver(picture).edit(asked, count);
        } catch (InvalidFieldException e) {
            throw new IllegalArgumentException(PlanOptions.typed(e.field(), e.getMessage()), e);
        }
    }

    private int[] labels(ModelSpec picture, Edit edit) {
        int classes = picture.labels().size();
        if (label != null) {
            int index = ClassNames.index(picture.labels(), label);
            return IntStream.range(0, count).map(sample -> index).toArray();
        }
        return IntStream.range(0, count)
                .map(sample ->
                        classes == 0 ? JumpBatch.NO_LABEL : NoiseStream.label(seed, edit.noiseOf(sample), classes))
                .toArray();
    }

    private void report(ModelDirectory directory, StepPlan plan, int[] labels, double seconds) {
        PrintWriter console = spec.commandLine().getOut();
        if (!json.isSet()) {
            console.printf(
                    Locale.ROOT,
                    "%s: %s of %s/%s, seed %s, %s, gamma %s; %s each, %.1f s in all%n",
                    files.grid(),
                    Counted.of(labels.length, "picture"),
                    directory.name(),
                    directory.version(),
                    Long.toUnsignedString(seed),
                    plan.sampler().wireName(),
                    plan.gamma(),
                    Counted.of(plan.nfe(), "evaluation"),
                    seconds);
            return;
        }
        JsonObject result = new JsonObject();
        result.addProperty("out", files.grid().toString());
        result.addProperty("model", directory.name());
        result.addProperty("version", directory.version());
        result.addProperty("seed", Long.toUnsignedString(seed));
        result.addProperty("count", labels.length);
        result.addProperty("steps", plan.sampler() == Sampler.HEUN ? (plan.nfe() + 1) / 2 : plan.nfe());
        result.addProperty("sampler", plan.sampler().wireName());
        result.addProperty("gamma", plan.gamma());
        result.addProperty("nfe", plan.nfe());
        result.addProperty("evaluations", (long) plan.nfe() * labels.length);
        result.addProperty("seconds", seconds);
        JsonArray classes = new JsonArray();
        for (int label : labels) {
            classes.add(label == JumpBatch.NO_LABEL ? JsonNull.INSTANCE : new JsonPrimitive(label));
        }
        result.add("labels", classes);
        JsonOption.print(result, console);
    }
}
