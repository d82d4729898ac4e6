package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.generation.ServedModel;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The model that the address of a request names.
 *
 * @param version empty for the one that the name stands for
 */
record ModelAddress(String name, String version) {
    static ModelAddress of(RoutingContext context) {
        return new ModelAddress(
                context.pathParam("model"),
                Optional.ofNullable(context.pathParam("version")).orElse(""));
    }

    /**
     * The model of a request whose body may say again which one it is, and which version where the address leaves that
     * open.
     *
     * @param nameField the body's field of the name; that of the version is "model_version"
     * @throws dev.glimpse.generation.InvalidFieldException naming the field that says otherwise than the address
     */
    ModelAddress confirmed(MessageFields body, String nameField) {
        requireSame(nameField, body.text(nameField).orElse(""), name);
        String told = body.text("model_version").orElse("");
        if (version.isEmpty()) {
            return new ModelAddress(name, told);
        }
        requireSame("model_version", told, version);
        return this;
    }

    /** Whether it names this model. */
    boolean isOf(ServedModel model) {
        return name.equals(model.name()) && (version.isEmpty() || version.equals(model.version()));
    }

    private static void requireSame(String field, String told, String addressed) {
        if (!told.isEmpty() && !told.equals(addressed)) {
            throw MessageFields.refused(field, told, addressed + ", as the address says, or none");
        }
    }
}
