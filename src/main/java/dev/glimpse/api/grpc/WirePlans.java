package dev.glimpse.api.grpc;

import dev.glimpse.generation.PlanRequest;
import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.Step;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.PlannedStep;
import glimpse.wire.v1.StepKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** Reads how a wire request wants trajectories to walk, and writes how they do. */
final class WirePlans {
    private WirePlans() {}

    static PlanRequest read(GenerateRequest wire) {
        return new PlanRequest(
                sampler(wire),
                real(wire.hasGamma(), wire.getGamma()),
                form(wire),
                wire.hasChurn() ? churn(wire.getChurn()) : Churn.NONE,
                PlanRequest.knots(
                        wire.hasSteps()
                                ? OptionalInt.of(WireRequests.unsigned("steps", wire.getSteps()))
                                : OptionalInt.empty(),
                        knots(wire)));
    }

    private static Optional<Sampler> sampler(GenerateRequest wire) {
        return switch (wire.getSampler()) {
            case SAMPLER_UNSPECIFIED -> Optional.empty();
            case SAMPLER_EXACT -> Optional.of(Sampler.EXACT);
            case SAMPLER_GAMMA -> Optional.of(Sampler.GAMMA);
            case SAMPLER_CM -> Optional.of(Sampler.CM);
            case SAMPLER_TWO_JUMP -> Optional.of(Sampler.TWO_JUMP);
            case SAMPLER_HEUN -> Optional.of(Sampler.HEUN);
            case UNRECOGNIZED -> throw WireRequests.unknown("sampler", wire.getSamplerValue(), 5);
        };
    }

    private static GammaForm form(GenerateRequest wire) {
        return switch (wire.getGammaForm()) {
            case GAMMA_FORM_UNSPECIFIED, GAMMA_FORM_OFFICIAL -> GammaForm.OFFICIAL;
            case GAMMA_FORM_PAPER -> GammaForm.PAPER;
            case UNRECOGNIZED -> throw WireRequests.unknown("gamma_form", wire.getGammaFormValue(), 2);
        };
    }

    private static Churn churn(glimpse.wire.v1.Churn wire) {
        return PlanRequest.churn(
                wire.getAmount(),
                real(wire.hasMinT(), wire.getMinT()),
                real(wire.hasMaxT(), wire.getMaxT()),
                real(wire.hasNoise(), wire.getNoise()));
    }

    private static Optional<Supplier<Knots>> knots(GenerateRequest wire) {
        return switch (wire.getKnotsCase()) {
            case KNOT_TIMES ->
                Optional.of(() -> new Knots.Times(wire.getKnotTimes().getTimesList()));
            case KNOT_INDICES -> {
                int grid = WireRequests.unsigned(
                        "knots.grid", wire.getKnotIndices().getGrid());
                List<Integer> indices = wire.getKnotIndices().getIndicesList();
                indices.forEach(index -> WireRequests.unsigned("knots", index));
                yield Optional.of(() -> new Knots.OnGrid(grid, indices));
            }
            case KNOTS_NOT_SET -> Optional.empty();
        };
    }

    private static OptionalDouble real(boolean given, double value) {
        return given ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    static glimpse.wire.v1.Sampler write(Sampler sampler) {
        return switch (sampler) {
            case EXACT -> glimpse.wire.v1.Sampler.SAMPLER_EXACT;
            case GAMMA -> glimpse.wire.v1.Sampler.SAMPLER_GAMMA;
            case CM -> glimpse.wire.v1.Sampler.SAMPLER_CM;
            case TWO_JUMP -> glimpse.wire.v1.Sampler.SAMPLER_TWO_JUMP;
            case HEUN -> glimpse.wire.v1.Sampler.SAMPLER_HEUN;
        };
    }

    static PlannedStep write(Step step) {
        return PlannedStep.newBuilder()
                .setT(step.t())
                .setS(step.s())
                .setNextT(step.nextT())
                .setNoiseStd(step.noiseStd())
                .setFromT(step.from())
                .setKind(
                        switch (step.kind()) {
                            case JUMP -> StepKind.STEP_KIND_JUMP;
                            case EULER -> StepKind.STEP_KIND_EULER;
                            case CORRECTION -> StepKind.STEP_KIND_CORRECTION;
                        })
                .build();
    }
}
