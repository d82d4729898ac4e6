package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Churn;
import dev.glimpse.math.GammaForm;
import dev.glimpse.math.Knots;
import dev.glimpse.math.Sampler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Requests for tests: one sample of class 1, exact steps, raw floats, unless said otherwise. */
record Requests(
        int count,
        int steps,
        OptionalLong seed,
        PreviewKind preview,
        Optional<Sampler> sampler,
        OptionalDouble gamma,
        Optional<ClassLabel> label,
        Optional<Duration> timeout,
        Optional<Knots> knots) {

    static Requests steps(int steps) {
        return new Requests(
                1,
                steps,
                OptionalLong.of(7),
                PreviewKind.EXACT,
                Optional.empty(),
                OptionalDouble.empty(),
                Optional.of(new ClassLabel.Index(1)),
                Optional.empty(),
                Optional.empty());
    }

    Requests count(int value) {
        return new Requests(value, steps, seed, preview, sampler, gamma, label, timeout, knots);
    }

    Requests seed(long value) {
        return new Requests(count, steps, OptionalLong.of(value), preview, sampler, gamma, label, timeout, knots);
    }

    Requests preview(PreviewKind value) {
        return new Requests(count, steps, seed, value, sampler, gamma, label, timeout, knots);
    }

    Requests sampler(Sampler value) {
        return new Requests(count, steps, seed, preview, Optional.of(value), gamma, label, timeout, knots);
    }

    Requests gamma(double value) {
        return new Requests(count, steps, seed, preview, sampler, OptionalDouble.of(value), label, timeout, knots);
    }

    Requests label(ClassLabel value) {
        return new Requests(count, steps, seed, preview, sampler, gamma, Optional.of(value), timeout, knots);
    }

    Requests anyLabel() {
        return new Requests(count, steps, seed, preview, sampler, gamma, Optional.empty(), timeout, knots);
    }

    Requests timeout(Duration value) {
        return new Requests(count, steps, seed, preview, sampler, gamma, label, Optional.of(value), knots);
    }

    GenerationRequest of(String model, String version) {
        return new GenerationRequest(model, version, seed, count, label, plan(), preview, ImageFormat.RAW_F32, timeout);
    }

    Requests knots(Knots value) {
        return new Requests(count, steps, seed, preview, sampler, gamma, label, timeout, Optional.of(value));
    }

    private PlanRequest plan() {
        Knots fallback = sampler.equals(Optional.of(Sampler.TWO_JUMP))
                ? new Knots.OnGrid(18, List.of(0, 10, 8, 17))
                : new Knots.Karras(steps);
        return new PlanRequest(sampler, gamma, GammaForm.OFFICIAL, Churn.NONE, knots.orElse(fallback));
    }

    GenerationRequest build() {
        return of("", "");
    }
}
