package dev.glimpse.api.grpc;

import dev.glimpse.generation.EditRequest;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.image.ImageFormat;
import glimpse.wire.v1.Latent;
import glimpse.wire.v1.Picture;
import glimpse.wire.v1.Stroke;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads wire requests that hold pictures to something. */
final class WireEdits {
    private WireEdits() {}

    /**
     * The request that a message stands for.
     *
     * @param timeout how long the client waits; absent if it did not say
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    static GenerationRequest read(glimpse.wire.v1.EditRequest wire, Optional<Duration> timeout) {
        return WireRequests.read(wire.getGenerate(), timeout).with(edit(wire));
    }

    /**
     * The token of an edit, with the edit's pictures.
     *
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    static ResumeRequest resume(glimpse.wire.v1.EditRequest wire, Optional<Duration> timeout) {
        ResumeRequest token = WireRequests.resume(wire.getGenerate(), timeout);
        return new ResumeRequest(token.token(), token.timeout(), Optional.of(edit(wire)));
    }

    private static EditRequest edit(glimpse.wire.v1.EditRequest wire) {
        return switch (wire.getEditCase()) {
            case INPAINT ->
                new EditRequest.Inpaint(
                        picture("edit.image", wire.getInpaint().getImage()),
                        picture("edit.mask", wire.getInpaint().getMask()));
            case COLORIZE ->
                new EditRequest.Colorize(
                        picture("edit.image", wire.getColorize().getImage()));
            case UPSCALE ->
                new EditRequest.Upscale(
                        picture("edit.image", wire.getUpscale().getImage()),
                        WireRequests.unsigned("edit.factor", wire.getUpscale().getFactor()));
            case STROKE -> stroke(wire.getStroke());
            case INTERPOLATE ->
                new EditRequest.Interpolate(wire.getInterpolate().getToSeed());
            case BEGIN -> begin(wire.getBegin());
            case EDIT_NOT_SET ->
                throw new InvalidFieldException(
                        "edit", "none", "one of inpaint, colorize, upscale, stroke, interpolate, begin");
        };
    }

    private static EditRequest begin(Latent wire) {
        return new EditRequest.Begin(
                wire.getData().toByteArray(),
                new EditRequest.Shape(
                        WireRequests.unsigned("edit.channels", wire.getChannels()),
                        WireRequests.unsigned("edit.height", wire.getHeight()),
                        WireRequests.unsigned("edit.width", wire.getWidth())),
                wire.getT() == 0 ? OptionalDouble.empty() : OptionalDouble.of(wire.getT()));
    }

    private static EditRequest stroke(Stroke wire) {
        return new EditRequest.Stroke(
                picture("edit.image", wire.getImage()),
                wire.hasStartT() ? OptionalDouble.of(wire.getStartT()) : OptionalDouble.empty());
    }

    /** A picture; the field is what errors call it. */
    static EditRequest.Picture picture(String field, Picture wire) {
        ImageFormat format = switch (wire.getFormat()) {
            case IMAGE_FORMAT_UNSPECIFIED, IMAGE_FORMAT_PNG -> ImageFormat.PNG;
            case IMAGE_FORMAT_RAW_U8 -> ImageFormat.RAW_U8;
            case IMAGE_FORMAT_RAW_F32, UNRECOGNIZED ->
                throw new InvalidFieldException(
                        field + ".format", wire.getFormatValue(), "0..2, unspecified, PNG or RAW_U8");
        };
        return new EditRequest.Picture(wire.getData().toByteArray(), format);
    }
}
