package dev.glimpse.api.grpc;

import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.Refinement;
import dev.glimpse.image.ImageFormat;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Refine;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads wire refinements; what the proto documents as absent gets its default here. */
final class WireRefinements {
    private WireRefinements() {}

    /**
     * The refinement that a message stands for, once the request behind its id is known.
     *
     * @param timeLeft how long the client waits from when that is known; absent if it did not say
     * @throws InvalidFieldException naming the first field that cannot be served
     */
    static Function<String, RefineRequest> read(Refine wire, Supplier<Optional<Duration>> timeLeft) {
        Refinement refinement = new Refinement(
                WireRequests.unsigned("sample", wire.getSample()),
                WireRequests.unsigned("from_step", wire.getFromStep()),
                wire.hasTime() ? OptionalDouble.of(wire.getTime()) : OptionalDouble.empty(),
                wire.hasBranches() ? WireRequests.unsigned("branches", wire.getBranches()) : 1,
                WirePlans.read(plan(wire)));
        PreviewKind preview = WireRequests.preview(wire.getPreview(), wire.getPreviewValue());
        ImageFormat format = WireRequests.format(wire.getImageFormat(), wire.getImageFormatValue());
        return requestId -> new RefineRequest(requestId, refinement, preview, format, timeLeft.get());
    }

    /** A request that walks like the refinement: what says how is the same in both. */
    private static GenerateRequest plan(Refine wire) {
        GenerateRequest.Builder plan = GenerateRequest.newBuilder()
                .setSamplerValue(wire.getSamplerValue())
                .setGammaFormValue(wire.getGammaFormValue());
        if (wire.hasSteps()) {
            plan.setSteps(wire.getSteps());
        }
        if (wire.hasGamma()) {
            plan.setGamma(wire.getGamma());
        }
        if (wire.hasChurn()) {
            plan.setChurn(wire.getChurn());
        }
        if (wire.hasKnotTimes()) {
            plan.setKnotTimes(wire.getKnotTimes());
        }
        return plan.build();
    }
}
