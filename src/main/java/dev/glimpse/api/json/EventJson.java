package dev.glimpse.api.json;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Step;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** Writes events as JSON, without their pictures; a picture goes beside it in whatever way the door has. */
public final class EventJson {
    private EventJson() {}

    /** The request as the server understood it; seed as text because many JSON readers round 64-bit numbers. */
    public static JsonObject accepted(GenerationEvent.Accepted accepted) {
        GenerationEvent.Terms terms = accepted.terms();
        ServedModel model = accepted.model();
        return new JsonObject()
                .put("request_id", accepted.requestId())
                .put("model", model.name())
                .put("model_version", model.version())
                .put("seed", Long.toUnsignedString(accepted.seed()))
                .put("labels", new JsonArray(accepted.labels()))
                .put("sampler", MessageFields.wireName(accepted.plan().sampler()))
                .put("gamma", accepted.plan().gamma())
                .put("steps", steps(accepted))
                .put("preview", MessageFields.wireName(accepted.preview()))
                .put("format", MessageFields.wireName(terms.format()))
                .put("width", model.width())
                .put("height", model.height())
                .put("channels", model.channels())
                .put("label_names", new JsonArray(model.labels()))
                .put("from_step", terms.fromStep())
                .put("quality", MessageFields.wireName(terms.quality()))
                .put("shortened", terms.shortened())
                .put("deterministic", terms.deterministic())
                .put("cached", terms.cached())
                .put("resume_token", terms.resumeToken());
    }

    private static JsonArray steps(GenerationEvent.Accepted accepted) {
        JsonArray steps = new JsonArray();
        for (Step step : accepted.plan().steps()) {
            steps.add(new JsonObject()
                    .put("t", step.t())
                    .put("s", step.s())
                    .put("next_t", step.nextT())
                    .put("noise_std", step.noiseStd())
                    .put("from_t", step.from())
                    .put("kind", MessageFields.wireName(step.kind())));
        }
        return steps;
    }

    /** @param format layout of the picture that goes beside it */
    public static JsonObject stepped(GenerationEvent.Stepped stepped, ImageFormat format) {
        return new JsonObject()
                .put("sample", stepped.sample())
                .put("step", stepped.step())
                .put("last", stepped.last())
                .put("t", stepped.t())
                .put("s", stepped.s())
                .put("nfe", stepped.nfe())
                .put("batch_rows", stepped.batchRows())
                .put("forward_micros", TimeUnit.NANOSECONDS.toMicros(stepped.forwardNanos()))
                .put("elapsed_micros", TimeUnit.NANOSECONDS.toMicros(stepped.elapsedNanos()))
                .put("kind", MessageFields.wireName(stepped.kind()))
                .put("format", MessageFields.wireName(format))
                .put("shortened", stepped.shortened())
                .put("resume_token", stepped.resumeToken());
    }

    /** A picture's bytes as text: base64 (RFC 4648, section 4), which every client can read without being told. */
    public static String image(GenerationEvent.Stepped stepped) {
        return Base64.getEncoder().encodeToString(stepped.image());
    }

    /** What it took. */
    public static JsonObject finished(GenerationEvent.Finished finished) {
        return new JsonObject()
                .put("nfe", finished.nfe())
                .put("frames_skipped", finished.framesSkipped())
                .put("elapsed_micros", TimeUnit.NANOSECONDS.toMicros(finished.elapsedNanos()));
    }
}
