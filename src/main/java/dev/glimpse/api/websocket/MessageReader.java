package dev.glimpse.api.websocket;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.api.json.PlanFields;
import dev.glimpse.api.json.RequestFields;
import dev.glimpse.generation.InvalidFieldException;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.RefineRequest;
import dev.glimpse.generation.Refinement;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.image.ImageFormat;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the text messages of clients; whatever a message says, the answer is a value and never an exception. */
final class MessageReader {
    private static final int MAX_ID_LENGTH = 64;
    private static final List<String> TYPES = List.of("generate", "refine", "pause", "resume", "cancel");
    private static final Set<String> ID_FIELDS = Set.of("type", "id");
    private static final Set<String> REFINE_FIELDS = Set.of(
            "type",
            "id",
            "of",
            "sample",
            "from_step",
            "time",
            "branches",
            "sampler",
            "steps",
            "gamma",
            "gamma_form",
            "churn",
            "knots",
            "preview",
            "format",
            "timeout_ms");

    private MessageReader() {}

    static ClientMessage read(String text) {
        Optional<String> id = Optional.empty();
        try {
            JsonObject json = RequestFields.object("message", text);
            MessageFields fields = new MessageFields(json);
            String type = fields.text("type").orElse("");
            if (!TYPES.contains(type)) {
                throw MessageFields.refused("type", json.getValue("type"), "one of " + String.join(", ", TYPES));
            }
            String name = id(fields);
            id = Optional.of(name);
            return message(type, name, fields);
        } catch (InvalidFieldException e) {
            return new ClientMessage.Unreadable(id, e.failure());
        }
    }

    private static String id(MessageFields fields) {
        String id = fields.text("id").orElse("");
        if (id.isEmpty() || id.length() > MAX_ID_LENGTH) {
            throw MessageFields.refused("id", id, "1.." + MAX_ID_LENGTH + " characters");
        }
        return id;
    }

    private static ClientMessage message(String type, String id, MessageFields fields) {
        if (type.equals("generate")) {
            return fields.has(ResumeRequest.FIELD)
                    ? new ClientMessage.Resume(id, RequestFields.resume(fields, ID_FIELDS))
                    : new ClientMessage.Generate(id, RequestFields.request(fields, ID_FIELDS));
        }
        if (type.equals("refine")) {
            return refine(id, fields);
        }
        fields.requireNoneBut(ID_FIELDS);
        return switch (type) {
            case "pause" -> new ClientMessage.Pause(id);
            case "resume" -> new ClientMessage.Proceed(id);
            default -> new ClientMessage.Cancel(id);
        };
    }

    private static ClientMessage refine(String id, MessageFields fields) {
        fields.requireNoneBut(REFINE_FIELDS);
        Refinement refinement = new Refinement(
                fields.whole("sample").orElse(0),
                fields.whole("from_step").orElse(0),
                fields.real("time"),
                fields.whole("branches").orElse(1),
                PlanFields.read(fields));
        PreviewKind preview = fields.choice("preview", PreviewKind.class).orElse(PreviewKind.EXACT);
        ImageFormat format = fields.choice("format", ImageFormat.class).orElse(ImageFormat.PNG);
        Optional<Duration> timeout = RequestFields.timeout(fields);
        return new ClientMessage.Refine(
                id,
                fields.text("of").orElse(""),
                requestId -> new RefineRequest(requestId, refinement, preview, format, timeout));
    }
}
