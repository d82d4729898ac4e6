package dev.glimpse.cli;

import dev.glimpse.evaluation.FeatureBlock;
import dev.glimpse.evaluation.FeatureNetwork;
import dev.glimpse.evaluation.FeatureSource;
import dev.glimpse.evaluation.SampleScope;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.image.PictureEncoder;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.NoiseStream;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.sampling.Edit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The part of an evaluation that needs networks: it draws samples, makes pixels of them and looks at their features.
 *
 * <p>Confined to the thread that made it.
 */
final class EvaluationWorker implements AutoCloseable {
    private static final int CLASS_SCORE_SPLITS = 10;

    private final PictureShape picture;
    private final FeatureNetwork features;
    private final @Nullable Drawing drawing;

    private EvaluationWorker(PictureShape picture, FeatureNetwork features, @Nullable Drawing drawing) {
        this.picture = picture;
        this.features = features;
        this.drawing = drawing;
    }

    /** A worker that draws samples and looks at them. */
    static EvaluationWorker of(EvaluationRun run, ComputeDevice device) {
        FeatureNetwork features = run.features().load(run.picture(), device);
        CtmModel model = run.model().load(device);
        boolean own = run.teacher().model().equals(run.model());
        CtmModel teacher = own ? model : run.teacher().model().load(device);
        FeatureNetwork chooser = run.rejection()
                .map(rule -> rule.classifier().load(run.picture(), device))
                .orElse(null);
        return new EvaluationWorker(
                run.picture(), features, new Drawing(run, model, teacher, chooser, LocalSampling.rows(device)));
    }

    /** A worker that looks at pictures which are there already. */
    static EvaluationWorker of(FeatureSource features, PictureShape picture, ComputeDevice device) {
        return new EvaluationWorker(picture, features.load(picture, device), null);
    }

    private record Drawing(
            EvaluationRun run,
            CtmModel model,
            CtmModel teacher,
            @Nullable FeatureNetwork chooser,
            int maxRows) {}

    /**
     * Samples of every plan, from the same noise where none are left out.
     *
     * @param from index of the first sample
     * @param labels class of each; {@link JumpBatch#NO_LABEL} for none
     * @param drawn of each plan, as the model gave them; empty where the sheet wants none of them
     * @param pixels of each plan, 8 bits, [rows, C, H, W]
     * @param features of each plan
     * @param target the teacher's pixels; empty where it was not asked
     */
    record Block(
            int from,
            int[] labels,
            List<List<float[]>> drawn,
            List<byte[]> pixels,
            List<FeatureBlock> features,
            byte[] target) {}

    int dimension() {
        return features.dimension();
    }

    /** What is gathered of a run's samples. */
    SampleScope scope(EvaluationRun run, int kept) {
        return new SampleScope(
                run.count(),
                features.dimension(),
                features.classes(),
                run.features().names(run.spec().labels()),
                CLASS_SCORE_SPLITS,
                Math.min(run.count(), kept));
    }

    /** The samples of a block of the run, from a worker that draws. */
    Block draw(int block) {
        EvaluationRun run = Objects.requireNonNull(drawing).run();
        SampleBlocks blocks = run.blocks();
        int from = blocks.first(block);
        int to = blocks.first(block + 1);
        return blocks instanceof SampleBlocks.Groups groups
                ? drawSurest(from, to - from, groups.label(block))
                : drawAll(from, to);
    }

    private Block drawAll(int from, int to) {
        Drawing tools = Objects.requireNonNull(drawing);
        EvaluationRun run = tools.run();
        int classes = run.spec().labels().size();
        int[] labels = IntStream.range(from, to)
                .map(sample -> classes == 0 ? JumpBatch.NO_LABEL : NoiseStream.label(run.seed(), sample, classes))
                .toArray();
        boolean shown = EvaluationSheet.wants(run, from);
        List<List<float[]>> drawn = new ArrayList<>();
        List<byte[]> pixels = new ArrayList<>();
        List<FeatureBlock> looks = new ArrayList<>();
        for (StepPlan plan : run.plans()) {
            List<float[]> pictures = walk(tools.model(), plan, from, labels);
            drawn.add(shown ? pictures : List.of());
            byte[] bytes = pixels(pictures);
            pixels.add(bytes);
            looks.add(features.extract(bytes, pictures.size()));
        }
        byte[] target = from >= run.teacher().count()
                ? new byte[0]
                : pixels(walk(tools.teacher(), run.teacher().plan(), from, labels));
        return new Block(from, labels, drawn, pixels, looks, target);
    }

    /** Samples of one class: every plan begins with the same noises and keeps those that end in the surest pictures. */
    private Block drawSurest(int from, int kept, int label) {
        Drawing tools = Objects.requireNonNull(drawing);
        ClassifierRejection rule = tools.run().rejection().orElseThrow();
        int[] asked = new int[rule.drawn(kept)];
        Arrays.fill(asked, label);
        boolean shown = EvaluationSheet.wants(tools.run(), from);
        List<List<float[]>> drawn = new ArrayList<>();
        List<byte[]> pixels = new ArrayList<>();
        List<FeatureBlock> looks = new ArrayList<>();
        for (StepPlan plan : tools.run().plans()) {
            List<float[]> pictures = walk(tools.model(), plan, rule.drawn(from), asked);
            int[] surest = ClassifierRejection.surest(doubts(pixels(pictures), label), kept);
            List<float[]> chosen = Arrays.stream(surest).mapToObj(pictures::get).toList();
            drawn.add(shown ? chosen : List.of());
            byte[] bytes = pixels(chosen);
            pixels.add(bytes);
            looks.add(features.extract(bytes, kept));
        }
        return new Block(from, Arrays.copyOf(asked, kept), drawn, pixels, looks, new byte[0]);
    }

    /** What is left for the other classes, added up, as it keeps its digits where the one asked for rounds to 1. */
    private double[] doubts(byte[] pixels, int label) {
        FeatureNetwork chooser =
                Objects.requireNonNull(Objects.requireNonNull(drawing).chooser());
        int values = picture.values();
        double[] doubts = new double[pixels.length / values];
        for (int from = 0; from < doubts.length; from += FeatureNetwork.BATCH) {
            int to = Math.min(doubts.length, from + FeatureNetwork.BATCH);
            FeatureBlock look = chooser.extract(Arrays.copyOfRange(pixels, from * values, to * values), to - from);
            for (int row = from; row < to; row++) {
                int first = (row - from) * look.classes();
                doubts[row] = IntStream.range(0, look.classes())
                        .filter(other -> other != label)
                        .mapToDouble(other -> look.probabilities()[first + other])
                        .sum();
            }
        }
        return doubts;
    }

    private List<float[]> walk(CtmModel model, StepPlan plan, int from, int... labels) {
        Drawing tools = Objects.requireNonNull(drawing);
        return new LocalSampling(model, plan, tools.run().seed(), Edit.NONE, tools.maxRows())
                .draw(from, labels, (done, all) -> {});
    }

    /** Features of pictures that are there already, [rows, C, H, W]. */
    FeatureBlock look(byte[] pixels, int rows) {
        return features.extract(pixels, rows);
    }

    /** The bytes that the server would send, but channel by channel as networks want them. */
    private byte[] pixels(List<float[]> pictures) {
        PictureShape shape = picture;
        int area = shape.height() * shape.width();
        byte[] all = new byte[pictures.size() * shape.values()];
        for (int row = 0; row < pictures.size(); row++) {
            byte[] picture = new PictureEncoder(shape).encode(pictures.get(row), ImageFormat.RAW_U8);
            for (int i = 0; i < picture.length; i++) {
                all[row * picture.length + i % shape.channels() * area + i / shape.channels()] = picture[i];
            }
        }
        return all;
    }

    @Override
    public void close() {
        features.close();
        if (drawing != null) {
            if (drawing.teacher() != drawing.model()) {
                drawing.teacher().close();
            }
            drawing.model().close();
            if (drawing.chooser() != null) {
                drawing.chooser().close();
            }
        }
    }
}
