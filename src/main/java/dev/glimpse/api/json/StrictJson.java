package dev.glimpse.api.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of JSON as RFC 8259 has it and no more, with every field of an object once. Vert.x would take comments, and
 * of a field that is there twice the last, where a proxy that looks at requests may have seen the first.
 */
final class StrictJson {
    private final JsonParser parser;

    private StrictJson(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * The object that a text holds.
     *
     * @throws DecodeException if it is none
     * @throws InvalidFieldException naming a field that is there twice
     */
    static JsonObject object(String text) {
        try (JsonParser parser = JacksonCodec.createParser(text).disable(JsonParser.Feature.ALLOW_COMMENTS)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new DecodeException("no object");
            }
            Map<String, Object> fields = new StrictJson(parser).fields();
            if (parser.nextToken() != null) {
                throw new DecodeException("more than an object");
            }
            return new JsonObject(fields);
        } catch (IOException e) {
            throw new DecodeException(String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> fields() throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (fields.containsKey(name)) {
                throw new InvalidFieldException(MessageFields.abbreviated(path()), "given twice", "once");
            }
            parser.nextToken();
            fields.put(name, value());
        }
        return fields;
    }

    /** The name of the field that the parser is at, behind those of the objects that it is in. */
    private String path() {
        Deque<String> names = new ArrayDeque<>();
        for (JsonStreamContext at = parser.getParsingContext(); at != null; at = at.getParent()) {
            if (at.hasCurrentName()) {
                names.push(at.getCurrentName());
            }
        }
        return String.join(".", names);
    }

    private List<Object> elements() throws IOException {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value());
        }
        return elements;
    }

    private @Nullable Object value() throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields();
            case START_ARRAY -> elements();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new DecodeException("unexpected: " + parser.currentToken());
        };
    }
}
