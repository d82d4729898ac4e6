package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.image.PictureReader;
import dev.glimpse.image.PictureShape;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.sampling.Edit;
import dev.glimpse.sampling.KnownPart;
import java.io.IOException;
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
        if (count < 2) {
            throw new InvalidFieldException("count", count, "at least 2 for interpolate");
        }
        return new Edit.Between(((EditRequest.Interpolate) edit).toSeed(), count);
    }

    /**
     * The times that a plan for an edit walks: from sigma_max, or for a stroke from its own start.
     *
     * @throws InvalidFieldException if that start is not a time of the model
     */
    public KarrasGrid grid(Optional<EditRequest> asked) {
        KarrasGrid all = new KarrasGrid(model.sigmaMin(), model.sigmaMax(), model.rho());
        if (asked.isPresent() && asked.get() instanceof EditRequest.Stroke stroke) {
            double start = stroke.startTime().orElseGet(() -> all.knots(3)[MIDDLE]);
            if (!(start > model.sigmaMin() && start <= model.sigmaMax())) {
                throw new InvalidFieldException(
                        "edit.start_t", start, "more than " + model.sigmaMin() + ", at most " + model.sigmaMax());
            }
            return new KarrasGrid(model.sigmaMin(), start, model.rho());
        }
        return all;
    }

    private KnownPart blocks(int factor) {
        if (factor < 2 || model.height() % factor != 0 || model.width() % factor != 0) {
            throw new InvalidFieldException(
                    "edit.factor", factor, "at least 2, dividing " + model.height() + " x " + model.width());
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
        PictureShape shape = new PictureShape(model.channels(), model.height(), model.width());
        return read("edit.image", image, new PictureReader(shape));
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
