package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.Quota;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.api.OpenSession;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.scheduler.Rank;
import dev.glimpse.testing.RawHttp2;
import dev.glimpse.testing.RawHttp2.Answer;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class GrpcRevokedKeyTest {
    private static final String KEY = ApiKey.newSecret();
    private static final ApiKey ALICE =
            new ApiKey("alice", ApiKey.hash(KEY), new Caller("alice", Rank.STANDARD, 1, Quota.UNLIMITED));
    private static final byte[] MESSAGE = WireClient.frame(
                    false, GenerateRequest.getDefaultInstance().toByteArray())
            .getBytes();

    private final Gate gate = new Gate(List.of(ALICE), Anonymity.NEVER);
    private final PlayedGenerator generator = new PlayedGenerator(stream -> {});
    private final ScriptedGenerator sessions = new ScriptedGenerator();
    private DoorServer server;
    private RawHttp2 client;

    @BeforeEach
    void open() throws Exception {
        server = new DoorServer(new Entrance(gate, new QuotaLedger(), core -> generator, System::nanoTime));
        client = new RawHttp2(server.port());
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void aKeyThatIsTakenOutEndsTheStreamsUnderIt() throws Exception {
        int call = client.call(WireClient.GENERATE, MESSAGE, "authorization", "Bearer " + KEY);
        ScriptedStream stream = generator.streams().poll(20, TimeUnit.SECONDS);

        gate.replaceKeys(List.of());

        assertThat(client.answer(call).status()).isEqualTo(GrpcStatus.UNAUTHENTICATED.code);
        assertThat(stream.cancelled()).succeedsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    void aKeyThatIsTakenOutEndsAnIdleSession() throws Exception {
        try (DoorServer other =
                        new DoorServer(new Entrance(gate, new QuotaLedger(), core -> sessions, System::nanoTime));
                RawHttp2 idle = new RawHttp2(other.port())) {
            int call = idle.open("/glimpse.v1.Glimpse/Session", "authorization", "Bearer " + KEY);
            OpenSession session = sessions.opened();

            gate.replaceKeys(List.of());

            Answer answer = idle.answer(call);
            assertThat(answer.status()).isEqualTo(GrpcStatus.UNAUTHENTICATED.code);
            assertThat(session.closed()).succeedsWithin(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void anotherKeysStreamsGoOn() throws Exception {
        String secret = ApiKey.newSecret();
        ApiKey bob = new ApiKey("bob", ApiKey.hash(secret), new Caller("bob", Rank.STANDARD, 1, Quota.UNLIMITED));
        gate.replaceKeys(List.of(ALICE, bob));
        int call = client.call(WireClient.GENERATE, MESSAGE, "authorization", "Bearer " + secret);
        ScriptedStream stream = generator.streams().poll(20, TimeUnit.SECONDS);

        gate.replaceKeys(List.of(bob));
        stream.emit(new dev.glimpse.generation.GenerationEvent.Finished(0, 0, 0));

        assertThat(client.answer(call).status()).isZero();
    }
}
