package dev.glimpse.api.http;

import static dev.glimpse.api.HttpGuide.find;
import static dev.glimpse.api.HttpGuide.section;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.json.FailureJson;
import dev.glimpse.api.web.Problem;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Failures;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.Submission;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds clients/http.md to the program: the headers of pictures, and how failures are told. */
class RestGuideTest extends GenerateEndpointFixture {
    private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");

    @Test
    void theHeadersOfAPictureAreThoseThatItHas() throws Exception {
        var answer = client.sendAsync(
                request("?steps=1").header("Accept", "image/png").build(), HttpResponse.BodyHandlers.discarding());
        ScriptedStream stream = generator.stream();
        stream.emit(ScriptedGenerator.stepped(0, 1, stream.accepted().plan(), new byte[1]));
        stream.emit(new GenerationEvent.Finished(1, 0, 1));

        Set<String> sent = answer.get(10, TimeUnit.SECONDS).headers().map().keySet();
        List<String> told =
                find(section("An answer of `image/png`", "\n\n"), Pattern.compile("`(Glimpse-[A-Za-z-]+)`"));
        assertThat(told.stream().map(name -> name.toLowerCase(Locale.ROOT)))
                .containsExactlyInAnyOrderElementsOf(sent.stream()
                        .filter(name -> name.startsWith("glimpse-"))
                        .toList());
    }

    /** Of a form that was left empty, or a script's variable that is not set. */
    @Test
    void aFieldWithoutAValueInAnAddressIsAbsent() throws Exception {
        assertThat(section("All may be absent", ";")).contains("as those without a\nvalue in an address are");
        var answer = client.sendAsync(request("?class=&steps").build(), HttpResponse.BodyHandlers.discarding());
        GenerationRequest taken = generator.request();
        ScriptedStream stream = generator.stream();
        stream.emit(ScriptedGenerator.stepped(0, 4, stream.accepted().plan(), new byte[1]));
        stream.emit(new GenerationEvent.Finished(4, 0, 1));

        assertThat(taken.label()).isEmpty();
        assertThat(taken.plan().knots()).isEqualTo(PlanRequest.knots(OptionalInt.empty(), Optional.empty()));
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }

    @Test
    void theFieldsOfAProblemAreThoseThatItHas() throws Exception {
        Set<String> sent = new TreeSet<>(problem(new Failure.InvalidField("steps", "steps: 99")));
        sent.addAll(problem(new Failure.Unavailable("draining", Duration.ofSeconds(1), "token")));

        assertThat(find(section("REST tells a failure", " are as there"), CODE))
                .contains("failed")
                .filteredOn(name -> !name.equals("failed"))
                .containsExactlyInAnyOrderElementsOf(sent);
    }

    private Set<String> problem(Failure failure) throws Exception {
        generator.answer(request -> Future.succeededFuture(new Submission.Refused(failure)));
        HttpResponse<byte[]> response = send(post("{}"));
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        return new JsonObject(new String(response.body(), StandardCharsets.UTF_8)).fieldNames();
    }

    @Test
    void everyStatusIsToldWithItsCodes() throws IOException {
        Map<Integer, Set<String>> sent = new TreeMap<>();
        Map<String, String> codes = Failures.all(FailureJson::code);
        Failures.all(failure -> Problem.of(failure).status())
                .forEach((failure, status) ->
                        sent.computeIfAbsent(status, none -> new TreeSet<>()).add(codes.get(failure)));
        // Only ever seen by those who have left.
        sent.remove(499);
        // Those who are let in nowhere, and what cannot be read or has no route, do not get as far as a request.
        sent.putAll(Map.of(
                401, Set.of("unauthenticated"),
                403, Set.of("permission_denied"),
                405, Set.of("method_not_allowed"),
                426, Set.of("upgrade_required")));
        // Vert.x refuses them before anything of this program sees them.
        List.of(414, 431).forEach(status -> sent.put(status, Set.of()));
        List.of(406, 408, 413, 415, 417).forEach(status -> sent.put(status, Set.of("invalid_argument")));

        Map<Integer, Set<String>> told = new TreeMap<>();
        for (String row :
                find(section("| status |", "\n\n"), Pattern.compile("^\\| ([0-9]+ \\|[^|]+)", Pattern.MULTILINE))) {
            told.put(Integer.valueOf(row.replaceFirst(" .*", "")), Set.copyOf(find(row, CODE)));
        }
        assertThat(told).isEqualTo(sent);
    }
}
