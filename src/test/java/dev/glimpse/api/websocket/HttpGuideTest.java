package dev.glimpse.api.websocket;

import static dev.glimpse.api.HttpGuide.find;
import static dev.glimpse.api.HttpGuide.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.json.FailureJson;
import dev.glimpse.generation.Failures;
import dev.glimpse.generation.GenerationEvent;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds clients/http.md to the program: the fields of requests and events, and the messages of WebSockets. */
class HttpGuideTest {
    private static final Pattern SENT = Pattern.compile("^    (\\{.*})$", Pattern.MULTILINE);
    private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");

    static List<String> sent() throws IOException {
        return find(section("## WebSocket", "The server answers"), SENT);
    }

    @ParameterizedTest
    @MethodSource("sent")
    void everyMessageOfAClientIsOneThatTheServerTakes(String message) {
        assertThat(MessageReader.read(message)).isNotInstanceOf(ClientMessage.Unreadable.class);
    }

    @Test
    void everyKindOfMessageIsShown() throws IOException {
        assertThat(sent().stream().map(message -> new JsonObject(message).getString("type")))
                .containsOnlyOnceElementsOf(List.of("refine", "pause", "resume", "cancel"))
                .contains("generate");
    }

    @Test
    void theFieldsOfARequestAreThoseThatAreTaken() throws IOException {
        List<String> told = find(
                section("Fields of a request", "To go on"), Pattern.compile("^\\| `([a-z_]+)` \\|", Pattern.MULTILINE));
        Set<String> taken = taken("{\"type\":\"generate\",\"id\":\"a\",\"nothing\":1}");
        taken.removeAll(Set.of("type", "id"));

        assertThat(told).containsExactlyInAnyOrderElementsOf(taken);
    }

    @Test
    void theFieldsOfARefinementAreThoseThatAreTaken() throws IOException {
        List<String> told = find(section("`refine` takes", "`pause`, `resume` and `cancel` say"), CODE);
        Set<String> taken = taken("{\"type\":\"refine\",\"id\":\"a\",\"nothing\":1}");
        taken.removeAll(Set.of("type", "id"));

        assertThat(told.stream().skip(1)).containsExactlyInAnyOrderElementsOf(taken);
    }

    /** The fields that an unknown one is told of. */
    private static Set<String> taken(String message) {
        String refused = ((ClientMessage.Unreadable) MessageReader.read(message))
                .failure()
                .message();
        String list = refused.replaceFirst(".*expected: one of (.*)\\)", "$1");
        return new TreeSet<>(Arrays.asList(list.split(", ")));
    }

    @Test
    void theFieldsOfEachEventAreThoseThatItHas() throws IOException {
        GenerationEvent.Accepted accepted = ScriptedGenerator.accepted(
                ((ClientMessage.Generate) MessageReader.read("{\"type\":\"generate\",\"id\":\"a\"}")).request(),
                ScriptedGenerator.MODEL);
        GenerationEvent.Stepped stepped = ScriptedGenerator.stepped(0, 1, accepted.plan(), new byte[1]);

        assertThat(fields("accepted")).isEqualTo(names(WebSocketEvents.accepted(accepted)));
        assertThat(fields("step")).isEqualTo(names(WebSocketEvents.stepped(stepped)));
        assertThat(fields("finished"))
                .isEqualTo(names(WebSocketEvents.finished(new GenerationEvent.Finished(1, 0, 1))));
    }

    private static List<String> fields(String event) throws IOException {
        List<String> row = find(section("| `" + event + "` |", "\n"), CODE);
        return row.subList(1, row.size());
    }

    private static List<String> names(JsonObject event) {
        return event.fieldNames().stream().filter(name -> !name.equals("type")).toList();
    }

    @Test
    void everyCodeOfAFailureIsTold() throws IOException {
        List<String> told = find(section("Codes are", "Server-sent events"), CODE);

        Set<String> sent = new TreeSet<>(Failures.all(FailureJson::code).values());
        // Those who are let in nowhere, and what has no route or no upgrade, do not get as far as a request.
        sent.addAll(Set.of("unauthenticated", "permission_denied", "method_not_allowed", "upgrade_required"));
        assertThat(told).containsExactlyInAnyOrderElementsOf(sent);
    }
}
