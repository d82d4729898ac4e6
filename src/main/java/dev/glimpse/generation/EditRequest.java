package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a client wants done to a picture of its own, or to two seeds. */
public sealed interface EditRequest {

    /**
     * A picture as a client sent it.
     *
     * @param bytes a PNG file of any size, or the 8-bit pixels of a picture of the model's own size; not changed from
     *     now on
     * @param format {@link ImageFormat#PNG} or {@link ImageFormat#RAW_U8}
     */
    record Picture(byte[] bytes, ImageFormat format) {}

    /**
     * Paints anew where the mask is white, and keeps the picture where it is black.
     *
     * @param mask of any size; brighter than the middle counts as white
     */
    record Inpaint(Picture image, Picture mask) implements EditRequest {}

    /** Keeps the brightness of the picture and finds its colours; for models of RGB alone. */
    record Colorize(Picture image) implements EditRequest {}

    /**
     * Keeps the mean of each square block and finds what is finer.
     *
     * @param factor side of a block in pixels, at least 2, dividing the model's height and width
     */
    record Upscale(Picture image, int factor) implements EditRequest {}

    /**
     * Refines a coarse picture.
     *
     * @param startTime noise level that hides what is to be refined, between sigma_min and sigma_max; absent: the
     *     middle of the model's Karras grid
     */
    record Stroke(Picture image, OptionalDouble startTime) implements EditRequest {}

    /**
     * Leads from the request's seed to another, both included, in as many pictures as the request has; all of them are
     * of one class.
     *
     * @param toSeed all 64 bits count
     */
    record Interpolate(long toSeed) implements EditRequest {}

    /**
     * How to walk where the client does not say: what keeps a part of a picture needs fresh noise to find a rest that
     * fits it, so gamma is 1 then and not 0.
     */
    default PlanRequest plan(PlanRequest asked) {
        boolean keeps = this instanceof Inpaint || this instanceof Colorize || this instanceof Upscale;
        if (!keeps || asked.sampler().isPresent() || asked.gamma().isPresent()) {
            return asked;
        }
        return new PlanRequest(
                Optional.of(Sampler.CM), OptionalDouble.empty(), asked.form(), asked.churn(), asked.knots());
    }
}
