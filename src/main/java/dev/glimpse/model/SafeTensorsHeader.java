package dev.glimpse.model;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A reader of a safetensors file's header, which refuses all that two readers could understand in two ways.
 *
 * @param content of the file
 * @param start where the bytes of the tensors begin
 */
record SafeTensorsHeader(FileContent content, long start) {
    /** Where a tensor's bytes stand in the file. */
    private record Span(String name, long from, long to) {}

    /**
     * The tensors that a header describes.
     *
     * @throws RuntimeException if an entry is not what it should be; the message names the tensor
     */
    SafeTensors read(String header) throws IOException {
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Span> spans = new ArrayList<>();
        for (Map.Entry<String, JsonObject> entry : entries(header).entrySet()) {
            String name = entry.getKey();
            if (name.equals(SafeTensors.METADATA)) {
                for (Map.Entry<String, JsonElement> line : entry.getValue().entrySet()) {
                    metadata.put(line.getKey(), text(name + "." + line.getKey(), line.getValue()));
                }
                continue;
            }
            try {
                Span span = span(name, entry.getValue(), content.size() - start);
                spans.add(span);
                tensors.put(name, tensor(entry.getValue(), span));
            } catch (IllegalArgumentException | IllegalStateException | UnsupportedOperationException e) {
                throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
            }
        }
        requireApart(spans);
        return new SafeTensors(tensors, metadata);
    }

    /** The header's objects by name; read by hand, since a parser would keep the last of two of one name. */
    private static Map<String, JsonObject> entries(String header) throws IOException {
        Map<String, JsonObject> entries = new LinkedHashMap<>();
        JsonReader in = new JsonReader(new StringReader(header));
        in.beginObject();
        while (in.hasNext()) {
            String name = in.nextName();
            if (entries.put(name, entry(name, in)) != null) {
                throw twice(name);
            }
        }
        in.endObject();
        if (in.peek() != JsonToken.END_DOCUMENT) {
            throw new IllegalArgumentException("header: more behind its object (expected: one JSON object)");
        }
        return entries;
    }

    private static JsonObject entry(String name, JsonReader in) throws IOException {
        JsonObject entry = new JsonObject();
        in.beginObject();
        while (in.hasNext()) {
            String member = in.nextName();
            if (entry.has(member)) {
                throw twice(name + "." + member);
            }
            entry.add(member, JsonParser.parseReader(in));
        }
        in.endObject();
        return entry;
    }

    private static IllegalArgumentException twice(String name) {
        return new IllegalArgumentException(name + ": given twice (expected: once)");
    }

    private static Span span(String name, JsonObject entry, long length) {
        JsonArray offsets = list("data_offsets", member(entry, "data_offsets"));
        if (offsets.size() != 2) {
            throw new IllegalArgumentException("data_offsets: " + offsets + " (expected: two)");
        }
        long from = whole("data_offsets", offsets.get(0));
        long to = whole("data_offsets", offsets.get(1));
        if (from < 0 || to < from || to > length) {
            throw new IllegalArgumentException(
                    "data_offsets: " + from + ".." + to + " (expected: within 0.." + length + ")");
        }
        if (to - from > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "data_offsets: " + from + ".." + to + " (expected: less than 2 GiB for a tensor)");
        }
        return new Span(name, from, to);
    }

    private HostTensor tensor(JsonObject entry, Span span) throws IOException {
        String word = text("dtype", member(entry, "dtype"));
        ElementType type = Arrays.stream(ElementType.values())
                .filter(t -> t.name().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "dtype: " + word + " (expected: one of " + Arrays.toString(ElementType.values()) + ")"));
        List<Long> shape = new ArrayList<>();
        list("shape", member(entry, "shape")).forEach(size -> shape.add(whole("shape", size)));
        return new HostTensor(type, shape, content.at(start + span.from(), (int) (span.to() - span.from())));
    }

    private static JsonElement member(JsonObject entry, String name) {
        JsonElement value = entry.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + ": missing (expected: with every tensor)");
        }
        return value;
    }

    private static String text(String name, JsonElement value) {
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isString()) {
            return value.getAsString();
        }
        throw wrong(name, value, "a text");
    }

    private static JsonArray list(String name, JsonElement value) {
        if (value.isJsonArray()) {
            return value.getAsJsonArray();
        }
        throw wrong(name, value, "a list of whole numbers");
    }

    private static long whole(String name, JsonElement value) {
        if (value.isJsonPrimitive() && value.getAsJsonPrimitive().isNumber()) {
            try {
                return Long.parseLong(value.getAsString());
            } catch (NumberFormatException e) {
                // Falls through to the one message for all that is no whole number.
            }
        }
        throw wrong(name, value, "whole numbers");
    }

    private static IllegalArgumentException wrong(String name, JsonElement value, String expected) {
        return new IllegalArgumentException(
                name + ": " + WeightFile.shown(value.toString()) + " (expected: " + expected + ")");
    }

    /** A small file could otherwise become many large tensors. */
    private static void requireApart(List<Span> spans) {
        spans.sort(Comparator.comparingLong(Span::from).thenComparingLong(Span::to));
        for (int i = 1; i < spans.size(); i++) {
            Span before = spans.get(i - 1);
            Span span = spans.get(i);
            if (span.from() < before.to()) {
                throw new IllegalArgumentException(span.name() + ": data_offsets: " + span.from() + ".." + span.to()
                        + " (expected: from " + before.to() + " on, where the bytes of " + before.name() + " end)");
            }
        }
    }
}
