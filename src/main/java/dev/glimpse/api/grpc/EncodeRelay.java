package dev.glimpse.api.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.glimpse.api.rpc.StreamingCall;
import dev.glimpse.generation.EditRequest;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import glimpse.wire.v1.EncodeEvent;
import glimpse.wire.v1.EncodeProgress;
import glimpse.wire.v1.EncodeRequest;
import glimpse.wire.v1.Latent;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Hands pictures that are to become noise to the core, and their events to clients. */
final class EncodeRelay {
    private static final int DEFAULT_STEPS = 18;
    private static final long NANOS_PER_MICRO = 1_000;

    private EncodeRelay() {}

    /** Answers a request with its events or its refusal. */
    static void answer(Generator generator, EncodeRequest wire, StreamingCall<?, EncodeEvent> call) {
        Submissions.submit(call, wire, timeout -> generator.submit(read(wire, timeout)), stream -> start(stream, call));
    }

    /**
     * The request that a message stands for.
     *
     * @param timeout how long the client waits; absent if it did not say
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    static GenerationRequest read(EncodeRequest wire, Optional<Duration> timeout) {
        int steps = wire.hasSteps() ? WireRequests.unsigned("steps", wire.getSteps()) : DEFAULT_STEPS;
        EditRequest.Encode encode = new EditRequest.Encode(
                WireEdits.picture("image", wire.getImage()),
                corrected(wire),
                wire.hasEndT() ? OptionalDouble.of(wire.getEndT()) : OptionalDouble.empty());
        return new GenerationRequest(
                        wire.getModel(),
                        wire.getModelVersion(),
                        OptionalLong.empty(),
                        1,
                        WireRequests.label(
                                "",
                                wire.hasClassIndex(),
                                wire.getClassIndex(),
                                wire.hasClassName(),
                                wire.getClassName()),
                        PlanRequest.of(Optional.of(Sampler.HEUN), OptionalDouble.empty(), steps),
                        PreviewKind.STATE,
                        ImageFormat.RAW_F32,
                        timeout,
                        Quality.FIXED,
                        true)
                .with(encode);
    }

    private static boolean corrected(EncodeRequest wire) {
        return switch (wire.getSolver()) {
            case ODE_SOLVER_UNSPECIFIED, ODE_SOLVER_HEUN -> true;
            case ODE_SOLVER_EULER -> false;
            case UNRECOGNIZED -> throw WireRequests.unknown("solver", wire.getSolverValue(), 2);
        };
    }

    private static void start(GenerationStream stream, StreamingCall<?, EncodeEvent> call) {
        EncodeEvent first = EncodeEvent.newBuilder()
                .setAccepted(WireEvents.accepted(stream.accepted()))
                .build();
        ServedModel model = stream.accepted().model();
        CallRelay.send(call, first, new GenerationSource(stream), event -> tell(event, model));
    }

    private static CallRelay.Told<EncodeEvent> tell(GenerationEvent event, ServedModel model) {
        EncodeEvent.Builder wire = EncodeEvent.newBuilder();
        if (event instanceof GenerationEvent.Stepped stepped) {
            return new CallRelay.Told.More<>(
                    stepped.last()
                            ? wire.setLatent(latent(stepped, model)).build()
                            : wire.setProgress(progress(stepped)).build());
        } else if (event instanceof GenerationEvent.Finished finished) {
            return new CallRelay.Told.Last<>(
                    wire.setFinished(WireEvents.finished(finished)).build());
        } else if (event instanceof GenerationEvent.Failed failed) {
            return new CallRelay.Told.Failed<>(failed.failure());
        }
        throw new IllegalStateException("accepted twice");
    }

    private static EncodeProgress progress(GenerationEvent.Stepped stepped) {
        return EncodeProgress.newBuilder()
                .setStep(stepped.step())
                .setNfe(stepped.nfe())
                .setT(stepped.s())
                .setElapsedMicros(stepped.elapsedNanos() / NANOS_PER_MICRO)
                .build();
    }

    private static Latent latent(GenerationEvent.Stepped stepped, ServedModel model) {
        return Latent.newBuilder()
                .setData(UnsafeByteOperations.unsafeWrap(stepped.image()))
                .setT(stepped.s())
                .setChannels(model.channels())
                .setHeight(model.height())
                .setWidth(model.width())
                .build();
    }
}
