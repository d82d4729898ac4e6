package dev.glimpse.api.web;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reader of server-sent events that keeps to the standard's rules and shares no code with the server. */
public final class SseReader implements AutoCloseable {
    private final HttpResponse<InputStream> response;
    private final BufferedReader lines;
    private String lastId = "";

    /** An event; the id is the newest one that was told, with this event or before it. */
    public record Event(String name, String id, String data, String retry) {
        public JsonObject json() {
            return new JsonObject(data);
        }
    }

    private SseReader(HttpResponse<InputStream> response) {
        this.response = response;
        lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** Sends the request and reads the answer's head. */
    public static SseReader open(HttpClient client, HttpRequest request) throws IOException, InterruptedException {
        return new SseReader(client.send(request, HttpResponse.BodyHandlers.ofInputStream()));
    }

    public HttpResponse<InputStream> response() {
        return response;
    }

    /** The next event; null at the end. */
    public @Nullable Event next() {
        String name = "";
        String data = null;
        String retry = "";
        try {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (data != null) {
                        return new Event(name, lastId, data, retry);
                    }
                    continue;
                }
                int colon = line.indexOf(':');
                String value = line.substring(colon + 1).replaceFirst("^ ", "");
                switch (line.substring(0, colon)) {
                    case "" -> {
                        // A comment.
                    }
                    case "event" -> name = value;
                    case "id" -> lastId = value;
                    case "retry" -> retry = value;
                    case "data" -> data = data == null ? value : data + "\n" + value;
                    default -> throw new AssertionError("no field of an event: " + line);
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every event up to the end. */
    public List<Event> rest() {
        List<Event> events = new ArrayList<>();
        for (Event event = next(); event != null; event = next()) {
            events.add(event);
        }
        return events;
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
