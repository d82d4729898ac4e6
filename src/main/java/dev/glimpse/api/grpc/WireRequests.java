package dev.glimpse.api.grpc;

import com.google.protobuf.Descriptors;
import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.image.ImageFormat;
import glimpse.wire.v1.GenerateRequest;
import java.time.Duration;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads wire requests; what the proto documents as absent gets its default here. */
final class WireRequests {
    private static final int DEFAULT_COUNT = 1;

    private WireRequests() {}

    /**
     * The request that a message stands for.
     *
     * @param timeout how long the client waits; absent if it did not say
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    static GenerationRequest read(GenerateRequest wire, Optional<Duration> timeout) {
        return new GenerationRequest(
                wire.getModel(),
                wire.getModelVersion(),
                wire.hasSeed() ? OptionalLong.of(wire.getSeed()) : OptionalLong.empty(),
                wire.hasCount() ? unsigned("count", wire.getCount()) : DEFAULT_COUNT,
                label(wire),
                WirePlans.read(wire),
                preview(wire.getPreview(), wire.getPreviewValue()),
                format(wire.getImageFormat(), wire.getImageFormatValue()),
                timeout,
                quality(wire),
                !wire.hasDeterministic() || wire.getDeterministic());
    }

    /**
     * The token that a message holds.
     *
     * @throws InvalidFieldException if the message says anything else
     */
    static ResumeRequest resume(GenerateRequest wire, Optional<Duration> timeout) {
        // Only fields that this server knows: those of a newer contract are passed over, here as everywhere.
        Iterator<Descriptors.FieldDescriptor> rest = wire.toBuilder()
                .clearResumeToken()
                .build()
                .getAllFields()
                .keySet()
                .iterator();
        if (rest.hasNext()) {
            String other = rest.next().getName();
            throw new InvalidFieldException(ResumeRequest.FIELD, "with " + other, "no other field, as it says all");
        }
        return new ResumeRequest(wire.getResumeToken(), timeout);
    }

    private static Optional<ClassLabel> label(GenerateRequest wire) {
        return label("", wire.hasClassIndex(), wire.getClassIndex(), wire.hasClassName(), wire.getClassName());
    }

    /**
     * The class that a message names, by its index or by its name, if by either.
     *
     * @param at path of the message, with a dot behind it unless it is empty
     */
    static Optional<ClassLabel> label(String at, boolean hasIndex, int index, boolean hasName, String name) {
        if (hasIndex) {
            return Optional.of(new ClassLabel.Index(unsigned(at + "class_index", index)));
        }
        return hasName ? Optional.of(new ClassLabel.Name(name)) : Optional.empty();
    }

    static PreviewKind preview(glimpse.wire.v1.PreviewKind wire, int number) {
        return switch (wire) {
            case PREVIEW_KIND_UNSPECIFIED, PREVIEW_KIND_EXACT -> PreviewKind.EXACT;
            case PREVIEW_KIND_FREE -> PreviewKind.FREE;
            case PREVIEW_KIND_STATE -> PreviewKind.STATE;
            case PREVIEW_KIND_NONE -> PreviewKind.NONE;
            case UNRECOGNIZED -> throw unknown("preview", number, 4);
        };
    }

    static ImageFormat format(glimpse.wire.v1.ImageFormat wire, int number) {
        return switch (wire) {
            case IMAGE_FORMAT_UNSPECIFIED, IMAGE_FORMAT_PNG -> ImageFormat.PNG;
            case IMAGE_FORMAT_RAW_U8 -> ImageFormat.RAW_U8;
            case IMAGE_FORMAT_RAW_F32 -> ImageFormat.RAW_F32;
            case UNRECOGNIZED -> throw unknown("image_format", number, 3);
        };
    }

    private static Quality quality(GenerateRequest wire) {
        return switch (wire.getQuality()) {
            case QUALITY_UNSPECIFIED, QUALITY_FIXED -> Quality.FIXED;
            case QUALITY_FLEXIBLE -> Quality.FLEXIBLE;
            case UNRECOGNIZED -> throw unknown("quality", wire.getQualityValue(), 2);
        };
    }

    /** Java shows the upper half of uint32 as negative numbers; a client must read back what it wrote. */
    static int unsigned(String field, int value) {
        if (value < 0) {
            throw new InvalidFieldException(field, Integer.toUnsignedString(value), "at most " + Integer.MAX_VALUE);
        }
        return value;
    }

    static InvalidFieldException unknown(String field, int number, int largest) {
        return new InvalidFieldException(field, number, "0.." + largest);
    }
}
