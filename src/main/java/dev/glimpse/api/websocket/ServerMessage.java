package dev.glimpse.api.websocket;

import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.ServedModel;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Step;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A message as it leaves this door: JSON text, or a picture behind its JSON header. */
sealed interface ServerMessage {
    /** Writes the whole message; the future completes when the network has taken it. */
    Future<Void> writeTo(ServerWebSocket socket);

    /** A JSON object. */
    record Text(JsonObject json) implements ServerMessage {
        @Override
        public Future<Void> writeTo(ServerWebSocket socket) {
            return socket.writeTextMessage(json.encode());
        }
    }

    /** The header's length in 4 bytes, most significant first, then the header as JSON, then the picture's bytes. */
    record Picture(JsonObject header, Buffer image) implements ServerMessage {
        @Override
        public Future<Void> writeTo(ServerWebSocket socket) {
            Buffer json = header.toBuffer();
            return socket.writeBinaryMessage(Buffer.buffer(Integer.BYTES + json.length() + image.length())
                    .appendInt(json.length())
                    .appendBuffer(json)
                    .appendBuffer(image));
        }
    }

    /** The request as the server understood it; seed as text because many JSON readers round 64-bit numbers. */
    static ServerMessage accepted(String id, GenerationEvent.Accepted accepted) {
        GenerationEvent.Terms terms = accepted.terms();
        ServedModel model = accepted.model();
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
        return new Text(message("accepted", id)
                .put("request_id", accepted.requestId())
                .put("model", model.name())
                .put("model_version", model.version())
                .put("seed", Long.toUnsignedString(accepted.seed()))
                .put("labels", new JsonArray(accepted.labels()))
                .put("sampler", MessageFields.wireName(accepted.plan().sampler()))
                .put("gamma", accepted.plan().gamma())
                .put("steps", steps)
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
                .put("resume_token", terms.resumeToken()));
    }

    static ServerMessage stepped(String id, GenerationEvent.Stepped stepped, ImageFormat format) {
        JsonObject header = message("step", id)
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
        return new Picture(header, Buffer.buffer(stepped.image()));
    }

    static ServerMessage finished(String id, GenerationEvent.Finished finished) {
        return new Text(message("finished", id)
                .put("nfe", finished.nfe())
                .put("frames_skipped", finished.framesSkipped())
                .put("elapsed_micros", TimeUnit.NANOSECONDS.toMicros(finished.elapsedNanos())));
    }

    /** A paused or resumed generation. */
    static ServerMessage changed(String type, String id) {
        return new Text(message(type, id));
    }

    /**
     * With an id, the end of that generation; without one, the refusal of a message.
     *
     * @param error a description by {@link WebSocketErrors}
     */
    static ServerMessage failed(Optional<String> id, JsonObject error) {
        JsonObject json = new JsonObject().put("type", "failed");
        id.ifPresent(value -> json.put("id", value));
        return new Text(json.mergeIn(error));
    }

    private static JsonObject message(String type, String id) {
        return new JsonObject().put("type", type).put("id", id);
    }
}
