package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.image.PictureReader;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.InvalidPlanException;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.Knots;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.Edit;
import dev.glimpse.sampling.KnownPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.Optional;

/**
 * Turns what a client wants done to a picture into what a model's trajectories are held to.
 *
 * <p>Reads pictures, which takes some milliseconds; immutable, so any thread may use it.
 *
 * @param model the model that makes the pictures
 */
public record EditResolver(ModelSpec model) {
    private static final int MIDDLE = 1;

    /**
     * The edit of every trajectory of a request.
     *
     * @param count trajectories of the request
     * @throws InvalidFieldException naming the field that the model cannot do
     */
    public Edit edit(Optional<EditRequest> asked, int count) {
        if (asked.isEmpty()) {
            return Edit.NONE;
        }
        EditRequest edit = asked.get();
        if (edit instanceof EditRequest.Inpaint inpaint) {
            return new Edit.Keep(pixels(inpaint.mask()), values(inpaint.image()));
        }
        if (edit instanceof EditRequest.Colorize colorize) {
            if (model.channels() == 1) {
                throw new InvalidFieldException(
                        "edit",
                        "colorize",
                        "inpaint, upscale, stroke or interpolate, as the model's pictures are grey");
            }
            return new Edit.Keep(new KnownPart.Brightness(), values(colorize.image()));
        }
        if (edit instanceof EditRequest.Upscale upscale) {
            return new Edit.Keep(blocks(upscale.factor()), values(upscale.image()));
        }
        if (edit instanceof EditRequest.Stroke stroke) {
            return new Edit.Stroke(values(stroke.image()));
        }
        if (edit instanceof EditRequest.Encode encode) {
            return new Edit.Given(values("image", encode.image()));
        }
        if (edit instanceof EditRequest.Begin begin) {
            requireShape(begin.shape());
            return new Edit.Given(floats(begin.state()));
        }
        if (count < 2) {
            throw new InvalidFieldException("count", count, "at least 2 for interpolate");
        }
        return new Edit.Between(((EditRequest.Interpolate) edit).toSeed(), count);
    }

    /**
     * The plan of every trajectory of a request, from sigma_max down, or from where its edit begins.
     *
     * @param walk how, with what the edit makes of that
     * @throws InvalidFieldException if it begins at no time of the model
     * @throws InvalidPlanException if there is no such plan
     */
    public StepPlan plan(Optional<EditRequest> asked, PlanRequest walk) {
        KarrasGrid all = grid(model.sigmaMax());
        Knots knots = walk.knots().placed(all);
        EditRequest edit = asked.orElse(null);
        if (edit instanceof EditRequest.Encode encode) {
            return encode.plan(knots, below("end_t", encode.endTime().orElse(model.sigmaMax())));
        }
        if (edit instanceof EditRequest.Stroke stroke) {
            return plan(walk, knots, begin(stroke, knots, all));
        }
        if (edit instanceof EditRequest.Begin begin) {
            return plan(walk, knots, below("edit.t", begin.time().orElse(model.sigmaMax())));
        }
        return plan(walk, fromNoise(asked) ? own(knots, walk.rule(model), all) : knots, all);
    }

    /** Whether trajectories begin with noise and are held to nothing. */
    static boolean fromNoise(Optional<EditRequest> asked) {
        return asked.map(edit -> edit instanceof EditRequest.Interpolate).orElse(true);
    }

    /**
     * Where a model wants jumps of a number of steps from noise to begin. What is known of a picture, in part or as a
     * state of its trajectory, needs the lower times as well.
     */
    private Knots own(Knots knots, SamplerRule rule, KarrasGrid all) {
        return rule.endsWithAJump()
                        && knots instanceof Knots.Karras steps
                        && model.lastJumpT().isPresent()
                ? steps.until(model.lastJumpT().getAsDouble(), all)
                : knots;
    }

    /** The plan that begins at a time of the model, which is not checked. */
    StepPlan plan(PlanRequest walk, double begin) {
        return plan(walk, walk.knots().placed(grid(model.sigmaMax())), grid(begin));
    }

    private StepPlan plan(PlanRequest walk, Knots knots, KarrasGrid grid) {
        if (grid.sigmaMax() < model.sigmaMax()) {
            knots.requireBegin(grid.sigmaMax());
        }
        return StepPlans.plan(walk.rule(model), knots, grid);
    }

    /** Where a stroke begins, if it does not say so where its knots do. */
    private KarrasGrid begin(EditRequest.Stroke stroke, Knots knots, KarrasGrid all) {
        if (stroke.startTime().isPresent()) {
            return below("edit.start_t", stroke.startTime().getAsDouble());
        }
        return knots instanceof Knots.Times own ? below("knots", own.times().get(0)) : grid(all.knots(3)[MIDDLE]);
    }

    private KarrasGrid grid(double begin) {
        return new KarrasGrid(model.sigmaMin(), begin, model.rho());
    }

    private KarrasGrid below(String field, double time) {
        if (!(time > model.sigmaMin() && time <= model.sigmaMax())) {
            throw new InvalidFieldException(
                    field, time, "more than " + model.sigmaMin() + ", at most " + model.sigmaMax());
        }
        return grid(time);
    }

    private void requireShape(EditRequest.Shape shape) {
        require("edit.channels", shape.channels(), model.channels());
        require("edit.height", shape.height(), model.height());
        require("edit.width", shape.width(), model.width());
    }

    private static void require(String field, int told, int actual) {
        if (told != 0 && told != actual) {
            throw new InvalidFieldException(field, told, "0 or " + actual + ", as of the model");
        }
    }

    /** The values of a state, each of them finite. */
    private float[] floats(byte[] state) {
        if (state.length != model.dimension() * Float.BYTES) {
            throw new InvalidFieldException(
                    "edit.data",
                    state.length + " bytes",
                    model.dimension() * Float.BYTES + " = 4 x " + model.channels() + " x " + model.height() + " x "
                            + model.width());
        }
        float[] values = new float[model.dimension()];
        ByteBuffer.wrap(state).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new InvalidFieldException("edit.data", value, "finite numbers alone");
            }
        }
        return values;
    }

    private KnownPart blocks(int factor) {
        if (factor < 2 || model.height() % factor != 0 || model.width() % factor != 0) {
            throw new InvalidFieldException(
                    "edit.factor",
                    factor == 0 ? "none" : factor,
                    "at least 2, dividing " + model.height() + " x " + model.width());
        }
        return new KnownPart.BlockMeans(model.height(), model.width(), factor);
    }

    private KnownPart pixels(EditRequest.Picture mask) {
        PictureShape grey = new PictureShape(1, model.height(), model.width());
        float[] brightness = read("edit.mask", mask, new PictureReader(grey));
        BitSet known = new BitSet(brightness.length);
        for (int i = 0; i < brightness.length; i++) {
            known.set(i, brightness[i] < 0);
        }
        return new KnownPart.PixelSet(known, brightness.length);
    }

    private float[] values(EditRequest.Picture image) {
        return values("edit.image", image);
    }

    /**
     * The values of a picture, [C, H, W] flattened in [-1, 1].
     *
     * @param field what the client calls it
     * @throws InvalidFieldException if it is none that the model could make
     */
    float[] values(String field, EditRequest.Picture image) {
        PictureShape shape = new PictureShape(model.channels(), model.height(), model.width());
        return read(field, image, new PictureReader(shape));
    }

    private static float[] read(String field, EditRequest.Picture picture, PictureReader reader) {
        try {
            return picture.format() == ImageFormat.PNG
                    ? reader.read(picture.bytes())
                    : reader.fromPixels(picture.bytes());
        } catch (IOException e) {
            String problem = String.valueOf(e.getMessage());
            if (problem.contains("(expected: ")) {
                int value = problem.indexOf(" (expected: ");
                String expected = problem.substring(value + " (expected: ".length(), problem.length() - 1);
                throw new InvalidFieldException(field, problem.substring(0, value), expected);
            }
            throw new InvalidFieldException(field, picture.bytes().length + " bytes", "a PNG file");
        }
    }
}
