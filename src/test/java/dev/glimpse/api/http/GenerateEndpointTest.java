package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.Origins;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.api.Open;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.generation.ClassLabel;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.Submission;
import dev.glimpse.math.StepPlan;
import dev.glimpse.testing.LogLines;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class GenerateEndpointTest extends GenerateEndpointFixture {
    private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', (byte) 0xff, 0};

    /** Answers a request with all its steps, every picture alike. */
    private void finish(ScriptedStream stream, int count) {
        StepPlan plan = stream.accepted().plan();
        for (int sample = count - 1; sample >= 0; sample--) {
            stream.emit(ScriptedGenerator.stepped(sample, plan.nfe(), plan, PICTURE));
        }
        stream.emit(new GenerationEvent.Finished(plan.nfe() * count, 0, 1_000_000));
    }

    private CompletableFuture<HttpResponse<byte[]>> sending(HttpRequest.Builder request) {
        return client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @Test
    void jsonHasWhatWasAcceptedAndEveryFinalPicture() throws Exception {
        var answer = sending(post("{'steps':3,'count':2,'seed':'18446744073709551615','class':'Ring'}"));
        GenerationRequest request = generator.request();
        finish(generator.stream(), 2);

        HttpResponse<byte[]> response = answer.get(10, TimeUnit.SECONDS);
        JsonObject json = new JsonObject(new String(response.body(), StandardCharsets.UTF_8));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
        assertThat(request.preview()).isEqualTo(PreviewKind.NONE);
        assertThat(request.label()).contains(new ClassLabel.Name("Ring", "class"));
        assertThat(json.getString("seed")).isEqualTo("18446744073709551615");
        assertThat(json.getJsonArray("steps")).hasSize(3);
        assertThat(json.getInteger("nfe")).isEqualTo(6);
        assertThat(json.getJsonArray("pictures")).hasSize(2);
        JsonObject first = json.getJsonArray("pictures").getJsonObject(0);
        assertThat(first.getInteger("sample")).isZero();
        assertThat(Base64.getDecoder().decode(first.getString("image"))).isEqualTo(PICTURE);
    }

    /** Each preview would be computed, packed and charged for, and thrown away. */
    @Test
    void jsonOfWhatATokenStandsForHasNoPreviewsEither() throws Exception {
        var answer = sending(post("{'resume_token':'step 1'}"));
        ResumeRequest rest = generator.resumed();
        finish(generator.stream(), 1);

        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        assertThat(rest).isEqualTo(new ResumeRequest("step 1", Optional.empty()).withoutPreviews());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"image/png", "IMAGE/PNG", "image/avif,image/webp,image/*,*/*;q=0.8"})
    void onePictureIsThePictureItself(String accept) throws Exception {
        var answer = sending(request("?steps=2&seed=7").header("Accept", accept));
        finish(generator.stream(), 1);

        HttpResponse<byte[]> response = answer.get(10, TimeUnit.SECONDS);
        assertThat(response.headers().firstValue("content-type")).contains("image/png");
        assertThat(response.headers().firstValue("glimpse-seed")).contains("7");
        assertThat(response.headers().firstValue("glimpse-nfe")).contains("2");
        assertThat(response.body()).isEqualTo(PICTURE);
    }

    @Test
    void anAddressSaysWhatABodySays() throws Exception {
        var answer = sending(request("?steps=3&class=1&gamma=0.5&sampler=gamma&seed=18446744073709551615&count=2"
                + "&deterministic=false&quality=flexible&timeout_ms=900&model=7"));
        GenerationRequest fromAddress = generator.request();
        finish(generator.stream(), 2);
        answer.get(10, TimeUnit.SECONDS);
        var again = sending(post("{'steps':3,'class':1,'gamma':0.5,'sampler':'gamma','seed':18446744073709551615,"
                + "'count':2,'deterministic':false,'quality':'flexible','timeout_ms':900,'model':'7'}"));
        GenerationRequest fromBody = generator.request();
        finish(generator.stream(), 2);
        again.get(10, TimeUnit.SECONDS);

        assertThat(fromAddress).isEqualTo(fromBody);
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999", "99999999999999999999"})
    void patienceBeyondEveryBoundIsTheLongest(String millis) throws Exception {
        assertThat(asked(request("?timeout_ms=" + millis)).timeout()).contains(Duration.ofMillis(Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"})
    void theBodyOfAGetIsNotLookedAt(String type) throws Exception {
        HttpRequest.Builder get = request("?steps=2")
                .method("GET", HttpRequest.BodyPublishers.ofString("steps=7"))
                .header("Content-Type", type);

        assertThat(asked(get).plan().steps()).isEqualTo(2);
    }

    /** What the core is asked for. */
    private GenerationRequest asked(HttpRequest.Builder request) throws Exception {
        var answer = sending(request);
        GenerationRequest asked = generator.request();
        finish(generator.stream(), 1);
        assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        return asked;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?steps=0 | steps | steps: 0 (expected: at least 1)",
                "?steps=four | steps | steps: four (expected: a whole number)",
                "?steps=2&steps=3 | steps | steps: given 2 times (expected: once)",
                "?gamma=2 | gamma | gamma: 2.0 (expected: 0..1)",
                "?knots=80,x | knots | knots: x (expected: numbers)",
                "?seed=-1 | seed | seed: -1 (expected: a whole number 0..18446744073709551615)",
                "?preview=17 | preview | preview: 17 (expected: one of exact, free, state, none)"
            })
    void aFieldThatCannotBeServedIsAProblemThatNamesIt(String query, String field, String detail) throws Exception {
        HttpResponse<byte[]> response = send(request(query));

        assertProblem(response, 400, "invalid_argument", detail);
        assertThat(json(response).getString("field")).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'stepz':4} | stepz",
                "{'edit':7} | edit",
                "{'steps':4,'steps':64} | steps",
                "[] | body",
                "~~ | body",
                "{'resume_token':'t','steps':2} | steps"
            })
    void aBodyThatCannotBeReadIsAProblemThatNamesIt(String body, String field) throws Exception {
        HttpResponse<byte[]> response = send(post(body));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getString("field")).isEqualTo(field);
    }

    @Test
    void aBodyOfAnotherTypeIsRefusedAsAPageCouldSendItUnasked() throws Exception {
        HttpResponse<byte[]> response =
                send(request("").header("Content-Type", "text/plain").POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertProblem(response, 415, "invalid_argument", "Content-Type: text/plain (expected: application/json)");
    }

    @Test
    void aPackedBodyIsRefusedByTheHeaderThatSaysSo() throws Exception {
        HttpResponse<byte[]> response = send(post("{}").header("Content-Encoding", "gzip"));

        assertProblem(response, 415, "invalid_argument", "Content-Encoding: gzip (expected: identity)");
    }

    @Test
    void aBodyBeyondItsLimitIsRefused() throws Exception {
        HttpResponse<byte[]> response = send(post("{'model':'" + "x".repeat(MAX_BODY_BYTES) + "'}"));

        assertProblem(response, 413, "invalid_argument", "body: more (expected: at most " + MAX_BODY_BYTES + " bytes)");
    }

    @ParameterizedTest
    @CsvSource({"text/html", "image/png;q=0"})
    void anAnswerInNoKnownFormIsRefused(String accept) throws Exception {
        assertProblem(
                send(request("").header("Accept", accept)),
                406,
                "invalid_argument",
                "Accept: " + accept + " (expected: application/json, text/event-stream or image/png)");
        assertThat(generator.waitingRequests()).isZero();
    }

    /** A shared one would tell everybody to stay away, or that there is nothing. */
    @ParameterizedTest
    @CsvSource({
        "'', Last-Event-ID, end, 204",
        "?steps=0, Accept, */*, 400",
        "'', Origin, https://elsewhere.example.org, 403",
        "/elsewhere, Accept, */*, 404",
        "'', Accept, text/html, 406"
    })
    void noCacheMayKeepAnAnswerWithoutPictures(String rest, String header, String value, int status) throws Exception {
        HttpResponse<byte[]> response = send(request(rest).header(header, value));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().allValues("cache-control")).containsExactly("no-store");
    }

    @ParameterizedTest
    @CsvSource({"?count=2, count", "?format=raw_u8, format", "?resume_token=t, resume_token"})
    void whatIsNotOnePictureIsNoPicture(String query, String field) throws Exception {
        HttpResponse<byte[]> response = send(request(query).header("Accept", "image/png"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).getString("field")).isEqualTo(field);
        assertThat(generator.waitingRequests()).isZero();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new Failure.InvalidField("steps", "steps: 99"), 400, ""),
                Arguments.of(new Failure.ModelNotFound("m", List.of("a")), 404, ""),
                Arguments.of(new Failure.LimitReached("id", "full"), 429, ""),
                Arguments.of(new Failure.QuotaExceeded("t", "quota", Optional.of(Duration.ofSeconds(3))), 429, "3"),
                Arguments.of(new Failure.Overloaded(Duration.ofMillis(1100)), 503, "2"),
                Arguments.of(new Failure.Unavailable("draining", Duration.ZERO), 503, "1"),
                Arguments.of(new Failure.DeadlineExceeded(), 504, ""),
                Arguments.of(new Failure.Internal("r-1"), 500, ""));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aRefusalIsAProblemWithItsStatus(Failure failure, int status, String retryAfter) throws Exception {
        generator.answer(request -> Future.succeededFuture(new Submission.Refused(failure)));

        HttpResponse<byte[]> response = send(post("{}"));

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).getString("detail")).isEqualTo(failure.message());
        assertThat(response.headers().firstValue("retry-after").orElse("")).isEqualTo(retryAfter);
    }

    @Test
    void aFailureOnTheWayIsAProblemToo() throws Exception {
        var answer = sending(post("{}"));
        generator.stream().emit(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));

        assertProblem(
                answer.get(10, TimeUnit.SECONDS),
                504,
                "deadline_exceeded",
                "the deadline passed before the last picture was finished");
    }

    @Test
    void aDefectIsToldByItsRequestAndNothingElse() throws Exception {
        var answer = sending(post("{}"));
        ScriptedStream stream = generator.stream();
        while (stream.asked() == 0) {
            Thread.onSpinWait();
        }
        stream.breakDown(new IllegalStateException("broken on purpose"));

        assertProblem(
                answer.get(10, TimeUnit.SECONDS),
                500,
                "internal",
                "internal error; the server's log has it under request r-1");
        stream.cancelled().get(10, TimeUnit.SECONDS);
    }

    @Test
    void aClientThatLeavesFreesWhatItAskedFor() throws Exception {
        var answer = sending(post("{}"));
        ScriptedStream stream = generator.stream();

        answer.cancel(true);

        stream.cancelled().get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://elsewhere.example.org, 403",
        "Origin, https://app.example.org, 400",
        "Sec-Fetch-Site, cross-site, 403",
        "Sec-Fetch-Site, same-origin, 400",
        "Sec-Fetch-Site, none, 400"
    })
    void aPageOfAnotherSiteCannotAsk(String header, String value, int status) throws Exception {
        assertThat(send(request("?steps=0").header(header, value)).statusCode()).isEqualTo(status);
    }

    @Test
    void aPageOfAnotherSiteIsToldByWhichNameThisServerWasCalled() throws Exception {
        HttpRequest.Builder request = request("?steps=0").header("Origin", "https://elsewhere.example.org");
        try (LogLines lines = new LogLines("dev.glimpse.api.web.Doorway")) {
            send(request);
            HttpResponse<byte[]> response = send(request);

            String host = "127.0.0.1:" + server.actualPort();
            assertProblem(
                    response,
                    403,
                    "permission_denied",
                    "Origin: https://elsewhere.example.org (expected: this server's own, which is called " + host
                            + ", or one that its settings allow)");
            assertThat(lines.soFar())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("WARN ")
                            .contains("https://elsewhere.example.org")
                            .contains(host)
                            .contains("access.origins"));
        }
    }

    @Test
    void pagesWithoutEndFillNoLog() throws Exception {
        try (LogLines lines = new LogLines("dev.glimpse.api.web.Doorway")) {
            for (int page = 0; page < 40; page++) {
                send(request("?steps=0").header("Origin", "https://" + page + ".example.org"));
            }
            assertThat(lines.soFar()).hasSize(16);
        }
    }

    @Test
    void aPictureInAPageOfAnotherSiteIsToldWhatItLacks() throws Exception {
        HttpResponse<byte[]> response = send(request("?steps=0").header("Sec-Fetch-Site", "cross-site"));

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(json(response).getString("detail")).contains("attribute crossorigin");
    }

    /** 400 is the answer to those who may ask. */
    @ParameterizedTest
    @CsvSource({
        "navigate, document, Accept, */*, 400",
        "navigate, document, Sec-Purpose, prefetch, 403",
        "navigate, document, Sec-Purpose, prefetch;prerender, 403",
        "navigate, document, Origin, https://elsewhere.example.org, 403",
        "navigate, iframe, Accept, */*, 403",
        "no-cors, image, Accept, */*, 403"
    })
    void aLinkOnAPageOfAnotherSiteMayLeadHere(String mode, String destination, String name, String value, int status)
            throws Exception {
        HttpRequest.Builder request = request("?steps=0")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Sec-Fetch-Mode", mode)
                .header("Sec-Fetch-Dest", destination)
                .header(name, value);

        assertThat(send(request).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({"Origin, https://elsewhere.example.org", "Origin, null", "Sec-Fetch-Site, cross-site"})
    void everyPageMayAskWhereTheSettingsSaySo(String header, String value) throws Exception {
        HttpServer open = start(
                Open.entrance(generator),
                new EventStreamSettings(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                Origins.of(List.of("*")));
        HttpRequest.Builder request = request("?steps=0").header(header, value);
        URI address = request.build().uri();

        assertThat(send(request.uri(URI.create("http://127.0.0.1:" + open.actualPort() + address.getPath() + "?"
                                + address.getQuery())))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void aCallerWithoutAKeyIsRefusedWhereOneIsAskedFor() throws Exception {
        Entrance closed = new Entrance(
                new Gate(List.of(), Anonymity.NEVER), new QuotaLedger(), caller -> generator, System::nanoTime);
        HttpServer guarded = start(closed, new EventStreamSettings(Duration.ofSeconds(1), Duration.ofSeconds(1)));
        HttpRequest.Builder request = request("");
        HttpResponse<byte[]> response = send(request.uri(
                request.build().uri().resolve("http://127.0.0.1:" + guarded.actualPort() + GenerateEndpoint.PATH)));

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.headers().firstValue("www-authenticate")).contains("Bearer");
        assertThat(response.headers().firstValue("cache-control")).contains("no-store");
        assertThat(generator.waitingRequests()).isZero();
    }

    private static JsonObject json(HttpResponse<byte[]> response) {
        return new JsonObject(new String(response.body(), StandardCharsets.UTF_8));
    }

    private static void assertProblem(HttpResponse<byte[]> response, int status, String code, String detail) {
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(json(response).getInteger("status")).isEqualTo(status);
        assertThat(json(response).getString("code")).isEqualTo(code);
        assertThat(json(response).getString("detail")).isEqualTo(detail);
    }
}
