package dev.glimpse.api.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.math.Step;
import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.PreviewKind;
import glimpse.wire.v1.Quality;

/** Writes events as wire messages. */
final class WireEvents {
    private static final long NANOS_PER_MICRO = 1_000;

    private WireEvents() {}

    static Accepted accepted(GenerationEvent.Accepted event) {
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
                .setImageFormat(format(event.terms().format()))
                .setWidth(model.width())
                .setHeight(model.height())
                .setChannels(model.channels())
                .addAllLabelNames(model.labels())
                .setFromStep(event.terms().fromStep())
                .setQuality(quality(event.terms().quality()))
                .setShortened(event.terms().shortened())
                .setDeterministic(event.terms().deterministic())
                .setCached(event.terms().cached())
                .setResumeToken(event.terms().resumeToken());
        for (Step step : event.plan().steps()) {
            accepted.addSteps(WirePlans.write(step));
        }
        return accepted.build();
    }

    static glimpse.wire.v1.Step stepped(GenerationEvent.Stepped event) {
        return glimpse.wire.v1.Step.newBuilder()
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
                .setImage(UnsafeByteOperations.unsafeWrap(event.image()))
                .setShortened(event.shortened())
                .setResumeToken(event.resumeToken())
                .build();
    }

    static Finished finished(GenerationEvent.Finished event) {
        return Finished.newBuilder()
                .setNfe(event.nfe())
                .setFramesSkipped(event.framesSkipped())
                .setElapsedMicros(event.elapsedNanos() / NANOS_PER_MICRO)
                .build();
    }

    private static PreviewKind preview(dev.glimpse.generation.PreviewKind kind) {
        return switch (kind) {
            case EXACT -> PreviewKind.PREVIEW_KIND_EXACT;
            case FREE -> PreviewKind.PREVIEW_KIND_FREE;
            case STATE -> PreviewKind.PREVIEW_KIND_STATE;
            case NONE -> PreviewKind.PREVIEW_KIND_NONE;
        };
    }

    private static Quality quality(dev.glimpse.generation.Quality quality) {
        return switch (quality) {
            case FIXED -> Quality.QUALITY_FIXED;
            case FLEXIBLE -> Quality.QUALITY_FLEXIBLE;
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
