package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.Quota;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.math.StepPlan;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What clients over HTTP/2 are told when their key is taken out, as the end of a stream alone says that all is well.
 */
@Timeout(60)
class RevokedKeyTest extends GenerateEndpointFixture {
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int WINDOW = 16_384;
    private static final long CANCEL = 8;

    private final String secret = ApiKey.newSecret();
    private final Gate gate = new Gate(
            List.of(new ApiKey("app", ApiKey.hash(secret), new Caller("app", Rank.STANDARD, 1, Quota.UNLIMITED))),
            Anonymity.NEVER);
    private HttpServer locked;

    @BeforeEach
    void lock() throws Exception {
        locked = start(
                new Entrance(gate, new QuotaLedger(), client -> generator, System::nanoTime),
                new EventStreamSettings(Duration.ofSeconds(30), Duration.ofSeconds(60)));
    }

    @Test
    void eventsEndWithWhatHappenedBehindTheNewestId() throws Exception {
        try (RawHttp2 client = new RawHttp2(locked.actualPort())) {
            int call = ask(client, "text/event-stream");
            ScriptedStream stream = generator.stream();
            client.bytes(call, 1);

            gate.replaceKeys(List.of());
            RawHttp2.Answer answer = client.answer(call);

            assertThat(answer.reset()).isEmpty();
            String[] events = new String(answer.body(), StandardCharsets.UTF_8).split("\n\n");
            assertThat(events).hasSize(2);
            assertThat(events[0]).startsWith("event: accepted\n");
            assertThat(events[1]).startsWith("event: failed\ndata: ");
            JsonObject failed = new JsonObject(events[1].substring(events[1].indexOf('{')));
            assertThat(failed.getString("type")).isEqualTo("failed");
            assertThat(failed.getString("code")).isEqualTo("unauthenticated");
            assertThat(failed.getString("message")).contains("a key that has been revoked");
            stream.cancelled().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void anAnswerThatHasNotBegunIsUnauthorised() throws Exception {
        try (RawHttp2 client = new RawHttp2(locked.actualPort())) {
            int call = ask(client, "application/json");
            ScriptedStream stream = generator.stream();

            gate.replaceKeys(List.of());
            RawHttp2.Answer answer = client.answer(call);

            assertThat(answer.headers()).containsEntry(":status", "401").containsEntry("www-authenticate", "Bearer");
            assertThat(new JsonObject(new String(answer.body(), StandardCharsets.UTF_8)).getString("code"))
                    .isEqualTo("unauthenticated");
            stream.cancelled().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void anAnswerThatIsUnderWayIsCancelled() throws Exception {
        try (RawHttp2 client = new RawHttp2(locked.actualPort(), INITIAL_WINDOW_SIZE, WINDOW)) {
            int call = ask(client, "application/json");
            ScriptedStream scripted = generator.stream();
            StepPlan plan = scripted.accepted().plan();
            scripted.emit(ScriptedGenerator.stepped(0, 1, plan, new byte[1 << 20]))
                    .emit(new GenerationEvent.Finished(1, 0, 1));
            client.bytes(call, WINDOW);

            gate.replaceKeys(List.of());

            assertThat(client.answer(call).reset()).hasValue(CANCEL);
        }
    }

    /** The last event is on its way, so that another one would be a second end. */
    @Test
    void eventsWhoseLastOneIsUnderWayAreCancelledWithoutAnotherWord() throws Exception {
        int accepted;
        try (RawHttp2 client = new RawHttp2(locked.actualPort())) {
            int call = ask(client, "text/event-stream");
            generator.stream().emit(new GenerationEvent.Finished(1, 0, 1));
            String events = new String(client.answer(call).body(), StandardCharsets.UTF_8);
            accepted = events.indexOf("event: finished");
        }
        int window = accepted + 10;
        try (RawHttp2 client = new RawHttp2(locked.actualPort(), INITIAL_WINDOW_SIZE, window)) {
            int call = ask(client, "text/event-stream");
            generator.stream().emit(new GenerationEvent.Finished(1, 0, 1));
            client.bytes(call, window);

            gate.replaceKeys(List.of());
            RawHttp2.Answer answer = client.answer(call);

            assertThat(answer.reset()).hasValue(CANCEL);
            assertThat(new String(answer.body(), StandardCharsets.UTF_8)).endsWith("event: fin");
        }
    }

    private int ask(RawHttp2 client, String accept) throws IOException {
        return client.call(
                GenerateEndpoint.PATH + "?steps=1&format=raw_u8",
                new byte[0],
                ":method",
                "GET",
                "accept",
                accept,
                "authorization",
                "Bearer " + secret);
    }
}
