package dev.glimpse.cli;

import dev.glimpse.image.PictureGrid;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A page of pictures that shows where a training run stands: always the same noise, a column for each class, or for
 * some where there are many, and below each other the same picture after one, two and four steps.
 *
 * <p>Confined to the thread that loaded the model.
 */
final class SampleSheet {
    private static final long SEED = 1;
    private static final int PICTURES_PER_CLASS = 3;
    private static final int UNCONDITIONAL_COLUMNS = 10;
    /** Training waits for the page, so it stays as small with a thousand classes. */
    private static final int MOST_COLUMNS = 16;

    private static final List<Integer> STEPS = List.of(1, 2, 4);
    /** A denoiser cannot jump: it takes Heun's steps. */
    private static final List<Integer> DENOISER_STEPS = List.of(4, 9, 18);

    private static final int PADDING = 2;

    private final CtmModel model;

    SampleSheet(CtmModel model) {
        this.model = model;
    }

    /** The page as a PNG file. */
    byte[] png() {
        ModelSpec spec = model.spec();
        int classes = spec.labels().size();
        int columns = classes == 0 ? UNCONDITIONAL_COLUMNS : Math.min(classes, MOST_COLUMNS);
        int[] labels = IntStream.range(0, columns * PICTURES_PER_CLASS)
                .map(i -> classes == 0 ? JumpBatch.NO_LABEL : i % columns * classes / columns)
                .toArray();
        List<List<float[]>> drawn = new ArrayList<>();
        Sampler sampler = spec.jumps() ? Sampler.EXACT : Sampler.HEUN;
        for (int steps : spec.jumps() ? STEPS : DENOISER_STEPS) {
            StepPlan plan = new EvaluationSetting.Rule(sampler, 0).plan(new Knots.Karras(steps), spec);
            drawn.add(new LocalSampling(model, plan, SEED).draw(labels, (done, all) -> {}));
        }
        List<float[]> page = new ArrayList<>();
        for (int row = 0; row < PICTURES_PER_CLASS; row++) {
            for (List<float[]> pictures : drawn) {
                page.addAll(pictures.subList(row * columns, (row + 1) * columns));
            }
        }
        PictureShape shape = new PictureShape(spec.channels(), spec.height(), spec.width());
        return new PictureGrid(shape, columns, PADDING).png(page);
    }
}
