package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import java.time.Duration;
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
        Quality quality,
        boolean deterministic) {

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
                Quality.FIXED,
                true);
    }

    Requests count(int value) {
        return new Requests(value, steps, seed, preview, sampler, gamma, label, timeout, quality, deterministic);
    }

    Requests seed(long value) {
        return new Requests(
                count, steps, OptionalLong.of(value), preview, sampler, gamma, label, timeout, quality, deterministic);
    }

    Requests preview(PreviewKind value) {
        return new Requests(count, steps, seed, value, sampler, gamma, label, timeout, quality, deterministic);
    }

    Requests sampler(Sampler value) {
        return new Requests(
                count, steps, seed, preview, Optional.of(value), gamma, label, timeout, quality, deterministic);
    }

    Requests gamma(double value) {
        return new Requests(
                count, steps, seed, preview, sampler, OptionalDouble.of(value), label, timeout, quality, deterministic);
    }

    Requests label(ClassLabel value) {
        return new Requests(
                count, steps, seed, preview, sampler, gamma, Optional.of(value), timeout, quality, deterministic);
    }

    Requests anyLabel() {
        return new Requests(
                count, steps, seed, preview, sampler, gamma, Optional.empty(), timeout, quality, deterministic);
    }

    Requests timeout(Duration value) {
        return new Requests(
                count, steps, seed, preview, sampler, gamma, label, Optional.of(value), quality, deterministic);
    }

    /** With a seed that the server draws. */
    Requests anySeed() {
        return new Requests(
                count, steps, OptionalLong.empty(), preview, sampler, gamma, label, timeout, quality, deterministic);
    }

    Requests flexible() {
        return new Requests(
                count, steps, seed, preview, sampler, gamma, label, timeout, Quality.FLEXIBLE, deterministic);
    }

    Requests free() {
        return new Requests(count, steps, seed, preview, sampler, gamma, label, timeout, quality, false);
    }

    GenerationRequest of(String model, String version) {
        return new GenerationRequest(
                model,
                version,
                seed,
                count,
                label,
                sampler,
                steps,
                gamma,
                preview,
                ImageFormat.RAW_F32,
                timeout,
                quality,
                deterministic);
    }

    GenerationRequest build() {
        return of("", "");
    }
}
