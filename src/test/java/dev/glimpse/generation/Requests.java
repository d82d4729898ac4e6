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
        Optional<Knots> knots,
        Service service) {

    /** What a request expects of the server. */
    private record Service(Quality quality, boolean deterministic) {}

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
                Optional.empty(),
                new Service(Quality.FIXED, true));
    }

    Requests count(int value) {
        return new Requests(value, steps, seed, preview, sampler, gamma, label, timeout, knots, service);
    }

    Requests seed(long value) {
        return seed(OptionalLong.of(value));
    }

    /** With a seed that the server draws. */
    Requests anySeed() {
        return seed(OptionalLong.empty());
    }

    private Requests seed(OptionalLong value) {
        return new Requests(count, steps, value, preview, sampler, gamma, label, timeout, knots, service);
    }

    Requests preview(PreviewKind value) {
        return new Requests(count, steps, seed, value, sampler, gamma, label, timeout, knots, service);
    }

    Requests sampler(Sampler value) {
        return new Requests(count, steps, seed, preview, Optional.of(value), gamma, label, timeout, knots, service);
    }

    Requests gamma(double value) {
        OptionalDouble share = OptionalDouble.of(value);
        return new Requests(count, steps, seed, preview, sampler, share, label, timeout, knots, service);
    }

    Requests label(ClassLabel value) {
        return new Requests(count, steps, seed, preview, sampler, gamma, Optional.of(value), timeout, knots, service);
    }

    Requests anyLabel() {
        return new Requests(count, steps, seed, preview, sampler, gamma, Optional.empty(), timeout, knots, service);
    }

    Requests timeout(Duration value) {
        return new Requests(count, steps, seed, preview, sampler, gamma, label, Optional.of(value), knots, service);
    }

    Requests knots(Knots value) {
        return new Requests(count, steps, seed, preview, sampler, gamma, label, timeout, Optional.of(value), service);
    }

    Requests flexible() {
        return service(new Service(Quality.FLEXIBLE, service.deterministic()));
    }

    Requests free() {
        return service(new Service(service.quality(), false));
    }

    private Requests service(Service value) {
        return new Requests(count, steps, seed, preview, sampler, gamma, label, timeout, knots, value);
    }

    GenerationRequest of(String model, String version) {
        return new GenerationRequest(
                model,
                version,
                seed,
                count,
                label,
                plan(),
                preview,
                ImageFormat.RAW_F32,
                timeout,
                service.quality(),
                service.deterministic());
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
