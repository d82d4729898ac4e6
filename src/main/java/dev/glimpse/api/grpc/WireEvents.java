package dev.glimpse.api.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.math.Step;
import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.PreviewKind;

/** Writes events as wire messages. */
final class WireEvents {
    private static final long NANOS_PER_MICRO = 1_000;

    private WireEvents() {}

    /** @param format the layout that the request asked for */
    static GenerateEvent write(GenerationEvent.Accepted event, dev.glimpse.image.ImageFormat format) {
        ServedModel model = event.model();
        Accepted.Builder accepted = Accepted.newBuilder()
                .setRequestId(event.requestId())
                .setModel(model.name())
                .setModelVersion(model.version())
                .setSeed(event.seed())
                .addAllLabels(event.labels())
                .setSampler(WirePlans.write(event.plan().sampler()))
                .setGamma(event.plan().gamma())
                .setPreview(preview(event.preview()))
                .setImageFormat(format(format))
                .setWidth(model.width())
                .setHeight(model.height())
                .setChannels(model.channels())
                .addAllLabelNames(model.labels());
        for (Step step : event.plan().steps()) {
            accepted.addSteps(WirePlans.write(step));
        }
        return GenerateEvent.newBuilder().setAccepted(accepted).build();
    }

    static GenerateEvent write(GenerationEvent.Stepped event) {
        var step = glimpse.wire.v1.Step.newBuilder()
                .setSample(event.sample())
                .setStep(event.step())
                .setLast(event.last())
                .setT(event.t())
                .setS(event.s())
                .setNfe(event.nfe())
                .setBatchRows(event.batchRows())
                .setForwardMicros(event.forwardNanos() / NANOS_PER_MICRO)
                .setElapsedMicros(event.elapsedNanos() / NANOS_PER_MICRO)
                .setKind(preview(event.kind()))
                // Nobody writes to a picture once it is an event, so the bytes need no copy of their own.
                .setImage(UnsafeByteOperations.unsafeWrap(event.image()));
        return GenerateEvent.newBuilder().setStep(step).build();
    }

    static GenerateEvent write(GenerationEvent.Finished event) {
        Finished.Builder finished = Finished.newBuilder()
                .setNfe(event.nfe())
                .setFramesSkipped(event.framesSkipped())
                .setElapsedMicros(event.elapsedNanos() / NANOS_PER_MICRO);
        return GenerateEvent.newBuilder().setFinished(finished).build();
    }

    private static PreviewKind preview(dev.glimpse.generation.PreviewKind kind) {
        return switch (kind) {
            case EXACT -> PreviewKind.PREVIEW_KIND_EXACT;
            case FREE -> PreviewKind.PREVIEW_KIND_FREE;
            case STATE -> PreviewKind.PREVIEW_KIND_STATE;
            case NONE -> PreviewKind.PREVIEW_KIND_NONE;
        };
    }

    private static ImageFormat format(dev.glimpse.image.ImageFormat format) {
        return switch (format) {
            case PNG -> ImageFormat.IMAGE_FORMAT_PNG;
            case RAW_U8 -> ImageFormat.IMAGE_FORMAT_RAW_U8;
            case RAW_F32 -> ImageFormat.IMAGE_FORMAT_RAW_F32;
        };
    }
}
