package dev.glimpse.api.http;

import dev.glimpse.api.json.EventJson;
import dev.glimpse.api.web.HttpCall;
import dev.glimpse.generation.FinalPictures;
import dev.glimpse.generation.GenerationEvent;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Final pictures as one answer: JSON with all of them, or the one picture itself. */
final class PictureAnswer {
    static final String JSON = "application/json";
    static final String PNG = "image/png";

    private PictureAnswer() {}

    /** @param type of the answer, one of those above */
    static void send(
            HttpCall call, String type, GenerationEvent.Accepted accepted, FinalPictures.Outcome.Complete complete) {
        if (type.equals(PNG)) {
            png(call, accepted, complete);
        } else {
            json(call, accepted, complete);
        }
    }

    /** What was accepted, the pictures with what is known of each, and what it took. */
    private static void json(
            HttpCall call, GenerationEvent.Accepted accepted, FinalPictures.Outcome.Complete complete) {
        JsonArray pictures = new JsonArray();
        for (GenerationEvent.Stepped picture : complete.pictures()) {
            pictures.add(EventJson.stepped(picture, accepted.terms().format()).put("image", EventJson.image(picture)));
        }
        JsonObject body =
                EventJson.accepted(accepted).put("pictures", pictures).mergeIn(EventJson.finished(complete.finished()));
        call.header(HttpHeaders.CACHE_CONTROL.toString(), "no-store").answer(200, JSON, body.toBuffer());
    }

    /** The picture, with what gives the same one again in headers. */
    private static void png(HttpCall call, GenerationEvent.Accepted accepted, FinalPictures.Outcome.Complete complete) {
        call.header("Glimpse-Request-Id", accepted.requestId())
                .header("Glimpse-Model", accepted.model().name())
                .header("Glimpse-Model-Version", accepted.model().version())
                .header("Glimpse-Seed", Long.toUnsignedString(accepted.seed()))
                .header("Glimpse-NFE", Integer.toString(complete.finished().nfe()))
                .header(HttpHeaders.CACHE_CONTROL.toString(), "no-store")
                .answer(200, PNG, Buffer.buffer(complete.pictures().get(0).image()));
    }
}
