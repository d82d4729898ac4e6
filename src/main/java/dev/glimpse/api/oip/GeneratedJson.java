package dev.glimpse.api.oip;

import dev.glimpse.api.json.EventJson;
import dev.glimpse.api.json.MessageFields;
import dev.glimpse.generation.FinalPictures;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ServedModel;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The answers of the protocol's generation, in JSON. */
final class GeneratedJson {
    private GeneratedJson() {}

    /**
     * All final pictures of a request, or of a resumed one those that are not at its client yet. Whether they are an
     * array depends on how many were asked for, not on how many are left.
     *
     * @param id the client's; may be empty
     */
    static JsonObject pictures(String id, GenerationEvent.Accepted accepted, FinalPictures.Outcome.Complete complete) {
        List<GenerationEvent.Stepped> pictures = complete.pictures();
        JsonArray images = new JsonArray();
        JsonArray samples = new JsonArray();
        JsonArray labels = new JsonArray();
        for (GenerationEvent.Stepped picture : pictures) {
            images.add(EventJson.image(picture));
            samples.add(picture.sample());
            if (!accepted.labels().isEmpty()) {
                labels.add(accepted.labels().get(picture.sample()));
            }
        }
        boolean one = accepted.count() == 1 && images.size() == 1;
        return named(id, accepted)
                .put("image", one ? images.getValue(0) : images)
                .put("samples", samples)
                .put("labels", labels)
                .put("seed", Long.toUnsignedString(accepted.seed()))
                .put("nfe", complete.finished().nfe())
                .put(WireTensors.SHORTENED, pictures.stream().anyMatch(GenerationEvent.Stepped::shortened));
    }

    /** One frame. */
    static JsonObject frame(String id, GenerationEvent.Accepted accepted, GenerationEvent.Stepped stepped) {
        return named(id, accepted)
                .put("image", EventJson.image(stepped))
                .put("sample", stepped.sample())
                .put("step", stepped.step())
                .put("total_steps", accepted.plan().steps().size())
                .put("t", stepped.t())
                .put("preview", MessageFields.wireName(stepped.kind()))
                .put("nfe", stepped.nfe())
                .put("last", stepped.last())
                .put(WireTensors.SHORTENED, stepped.shortened())
                .put(ResumeRequest.FIELD, stepped.resumeToken());
    }

    private static JsonObject named(String id, GenerationEvent.Accepted accepted) {
        ServedModel model = accepted.model();
        JsonObject json = new JsonObject()
                .put("model_name", model.name())
                .put("model_version", model.version())
                .put("format", MessageFields.wireName(accepted.terms().format()))
                .put("width", model.width())
                .put("height", model.height())
                .put("channels", model.channels());
        return id.isEmpty() ? json : json.put("id", id);
    }
}
