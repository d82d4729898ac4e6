package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.KarrasGrid;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlan;
import dev.glimpse.math.StepPlans;
import dev.glimpse.model.ModelSpec;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a client wants done to a picture of its own, or to two seeds. */
public sealed interface EditRequest {

    /**
     * A picture as a client sent it.
     *
     * @param bytes a PNG file of at most 2048 pixels a side, or the 8-bit pixels of a picture of the model's own size;
     *     not changed from now on
     * @param format {@link ImageFormat#PNG} or {@link ImageFormat#RAW_U8}
     */
    record Picture(byte[] bytes, ImageFormat format) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Picture picture && format == picture.format && Arrays.equals(bytes, picture.bytes);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(bytes) + format.hashCode();
        }
    }

    /**
     * Paints anew where the mask is white, and keeps the picture where it is black.
     *
     * @param mask of a size of its own; brighter than the middle counts as white
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
     * @param startTime noise level that hides what is to be refined, between sigma_min and sigma_max; absent: the first
     *     of its knots, or without any the middle of the model's Karras grid
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
     * Begins as a state of the client's, such as the latent that {@link Encode} found, and not as noise of its seed;
     * every picture of the request begins there.
     *
     * @param state little-endian 32-bit floats, [C, H, W] flattened; not changed from now on
     * @param shape what the client takes the model's pictures to be
     * @param time noise level that it lies at, between sigma_min and sigma_max; absent: sigma_max
     */
    record Begin(byte[] state, Shape shape, OptionalDouble time) implements EditRequest {
        @Override
        public boolean equals(Object other) {
            return other instanceof Begin begin
                    && shape.equals(begin.shape)
                    && time.equals(begin.time)
                    && Arrays.equals(state, begin.state);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(state) + Objects.hash(shape, time);
        }
    }

    /**
     * The extent of a state; 0 for what its client does not tell.
     *
     * @param height in pixels
     * @param width in pixels
     */
    record Shape(int channels, int height, int width) {}

    /**
     * Finds the noise that a picture comes from: taken as a state at sigma_min it is led up the ODE, and ends as a
     * latent in place of a picture.
     *
     * @param corrected whether a second evaluation makes good each Euler step, which is Heun's method
     * @param endTime noise level of the latent, more than sigma_min, at most sigma_max; absent: sigma_max
     */
    record Encode(Picture image, boolean corrected, OptionalDouble endTime) implements EditRequest {
        /** The plan up the times of a grid. */
        StepPlan plan(Knots knots, KarrasGrid grid) {
            return StepPlans.rising(knots.size() - 1, corrected, grid);
        }

        /** Network evaluations of that many steps. */
        long evaluations(int steps) {
            return corrected ? 2L * steps : steps;
        }
    }

    /** Memory that what the client sent takes. */
    default long bytes() {
        if (this instanceof Inpaint inpaint) {
            return (long) inpaint.image().bytes().length + inpaint.mask().bytes().length;
        }
        if (this instanceof Colorize colorize) {
            return colorize.image().bytes().length;
        }
        if (this instanceof Upscale upscale) {
            return upscale.image().bytes().length;
        }
        if (this instanceof Stroke stroke) {
            return stroke.image().bytes().length;
        }
        if (this instanceof Encode encode) {
            return encode.image().bytes().length;
        }
        return this instanceof Begin begin ? begin.state().length : 0;
    }

    /**
     * How to walk where the client does not say: what keeps a part of a picture needs fresh noise to find a rest that
     * fits it, so gamma is 1 then and not 0; a denoiser, which does not jump, has its one way.
     */
    default PlanRequest plan(PlanRequest asked, ModelSpec model) {
        boolean keeps = this instanceof Inpaint || this instanceof Colorize || this instanceof Upscale;
        if (!keeps
                || !model.jumps()
                || asked.sampler().isPresent()
                || asked.gamma().isPresent()) {
            return asked;
        }
        return new PlanRequest(
                Optional.of(Sampler.CM), OptionalDouble.empty(), asked.form(), asked.churn(), asked.knots());
    }
}
