package dev.glimpse.generation;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.SamplerRule;
import dev.glimpse.model.ModelSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a client asks for, the same from every door.
 *
 * <p>The constructor refuses what no model could serve; what depends on the model or on the server's limits is refused
 * by {@link Generator#submit}.
 *
 * @param model name of the model; empty for the server's default
 * @param version version of the model; empty for the version served by default
 * @param seed all 64 bits of the noise key; absent: the server draws one and tells it
 * @param count trajectories, each with its own noise; at least 1
 * @param label class of every picture; absent: drawn for each picture from the seed
 * @param plan how each trajectory walks
 * @param preview which picture to show before the end
 * @param format layout of every picture's bytes
 * @param timeout how long the client waits, from the moment of submission; absent: the server's limit
 * @param quality whether steps may be left out when time is short
 * @param deterministic whether the pictures have to be the same bytes in any company; not so, larger batches may be
 *     used, which change their last bits
 * @param edit what the pictures are held to; absent: nothing
 */
public record GenerationRequest(
        String model,
        String version,
        OptionalLong seed,
        int count,
        Optional<ClassLabel> label,
        PlanRequest plan,
        PreviewKind preview,
        ImageFormat format,
        Optional<Duration> timeout,
        Quality quality,
        boolean deterministic,
        Optional<EditRequest> edit) {

    /** A request without an edit. */
    public GenerationRequest(
            String model,
            String version,
            OptionalLong seed,
            int count,
            Optional<ClassLabel> label,
            PlanRequest plan,
            PreviewKind preview,
            ImageFormat format,
            Optional<Duration> timeout,
            Quality quality,
            boolean deterministic) {
        this(
                model,
                version,
                seed,
                count,
                label,
                plan,
                preview,
                format,
                timeout,
                quality,
                deterministic,
                Optional.empty());
    }

    public GenerationRequest {
        if (count < 1) {
            throw new InvalidFieldException("count", count, "at least 1");
        }
        if (timeout.isPresent() && (timeout.get().isZero() || timeout.get().isNegative())) {
            throw new InvalidFieldException("timeout", timeout.get(), "more than 0");
        }
    }

    /** The same request with these choices made, and no timeout. */
    GenerationRequest resolved(String chosenModel, String chosenVersion, long chosenSeed, Optional<ClassLabel> index) {
        return new GenerationRequest(
                chosenModel,
                chosenVersion,
                OptionalLong.of(chosenSeed),
                count,
                index,
                plan,
                preview,
                format,
                Optional.empty(),
                quality,
                deterministic,
                edit);
    }

    /** The same request, walked otherwise. */
    GenerationRequest walked(PlanRequest otherPlan) {
        return new GenerationRequest(
                model, version, seed, count, label, otherPlan, preview, format, timeout, quality, deterministic, edit);
    }

    /** The same request, shown otherwise. */
    public GenerationRequest shown(PreviewKind kind, ImageFormat layout) {
        return new GenerationRequest(
                model, version, seed, count, label, plan, kind, layout, timeout, quality, deterministic, edit);
    }

    /** The same with an edit. */
    public GenerationRequest with(EditRequest wanted) {
        Optional<EditRequest> held = Optional.of(wanted);
        return new GenerationRequest(
                model, version, seed, count, label, plan, preview, format, timeout, quality, deterministic, held);
    }

    /** How each trajectory walks on a model, the edit's wishes among it. */
    PlanRequest walk(ModelSpec spec) {
        return edit.map(wanted -> wanted.plan(plan, spec)).orElse(plan);
    }

    /** Network evaluations of each trajectory on a model, previews not counted. */
    long evaluations(ModelSpec spec) {
        SamplerRule rule = walk(spec).rule(spec);
        int steps = rule.steps(plan.knots());
        return edit.isPresent() && edit.get() instanceof EditRequest.Encode encode
                ? encode.evaluations(steps)
                : rule.evaluations(steps);
    }

    /** Whether a state of its trajectories is what it asks for, so that they show no pictures on their way. */
    boolean encodes() {
        return edit.isPresent() && edit.get() instanceof EditRequest.Encode;
    }

    /** Memory that pictures of the client's take. */
    long editBytes() {
        return edit.map(EditRequest::bytes).orElse(0L);
    }

    /** Whether it holds pictures of the client's, so that it is more than what a token can tell. */
    boolean hasPictures() {
        return edit.isPresent() && !(edit.get() instanceof EditRequest.Interpolate);
    }
}
