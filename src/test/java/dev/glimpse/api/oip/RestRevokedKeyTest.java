package dev.glimpse.api.oip;

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
import dev.glimpse.scheduler.Rank;
import dev.glimpse.testing.RawHttp2;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of the protocol are told, in its own form, when their key is taken out. */
@Timeout(60)
class RestRevokedKeyTest {
    private static final String MODEL = "/v2/models/" + ScriptedGenerator.MODEL.name();

    private final ScriptedGenerator generator = new ScriptedGenerator();
    private final String secret = ApiKey.newSecret();
    private final Gate gate = new Gate(
            List.of(new ApiKey("app", ApiKey.hash(secret), new Caller("app", Rank.STANDARD, 1, Quota.UNLIMITED))),
            Anonymity.NEVER);
    private final Entrance entrance = new Entrance(gate, new QuotaLedger(), client -> generator, System::nanoTime);

    @ParameterizedTest
    @ValueSource(strings = {"/generate", "/generate_stream"})
    void anAnswerThatHasNotBegunIsUnauthorised(String path) throws Exception {
        try (InferenceServer server = new InferenceServer(entrance);
                RawHttp2 client = new RawHttp2(server.port())) {
            int call = ask(client, path);
            ScriptedStream stream = generator.stream();

            gate.replaceKeys(List.of());
            RawHttp2.Answer answer = client.answer(call);

            assertThat(answer.headers()).containsEntry(":status", "401");
            assertThat(error(answer.body())).contains("a key that has been revoked");
            stream.cancelled().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void framesEndWithWhatHappened() throws Exception {
        try (InferenceServer server = new InferenceServer(entrance);
                RawHttp2 client = new RawHttp2(server.port())) {
            int call = ask(client, "/generate_stream");
            ScriptedStream stream = generator.stream();
            stream.emit(ScriptedGenerator.stepped(0, 1, stream.accepted().plan(), new byte[] {1}));
            client.bytes(call, 1);

            gate.replaceKeys(List.of());
            RawHttp2.Answer answer = client.answer(call);

            assertThat(answer.reset()).isEmpty();
            String last = new String(answer.body(), StandardCharsets.UTF_8).split("data: ")[2];
            assertThat(error(last.getBytes(StandardCharsets.UTF_8))).contains("a key that has been revoked");
            assertThat(new JsonObject(last).getInteger("error_code")).isEqualTo(401);
            stream.cancelled().get(10, TimeUnit.SECONDS);
        }
    }

    private static String error(byte[] json) {
        return new JsonObject(new String(json, StandardCharsets.UTF_8)).getString("error");
    }

    private int ask(RawHttp2 client, String path) throws Exception {
        return client.call(
                MODEL + path,
                "{\"steps\":2}".getBytes(StandardCharsets.UTF_8),
                "content-type",
                "application/json",
                "authorization",
                "Bearer " + secret);
    }
}
