package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.Quota;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebSocketAccessTest extends WebSocketDoorFixture {
    private static final String KEY = ApiKey.newSecret();

    private HttpServer locked;
    private Gate gate;

    @BeforeEach
    void lock() throws Exception {
        ApiKey key = new ApiKey("page", ApiKey.hash(KEY), new Caller("page", Rank.INTERACTIVE, 1, Quota.UNLIMITED));
        gate = new Gate(List.of(key), Anonymity.NEVER);
        locked = start(SETTINGS, new Entrance(gate, new QuotaLedger(), client -> generator, System::nanoTime));
    }

    @Test
    void withoutAKeyTheUpgradeIsUnauthorised() {
        assertThatThrownBy(() -> connect(options())).isInstanceOfSatisfying(UpgradeRejectedException.class, refusal -> {
            assertThat(refusal.getStatus()).isEqualTo(401);
            assertThat(refusal.getHeaders().get("WWW-Authenticate")).isEqualTo("Bearer");
            assertThat(refusal.getHeaders().get("Content-Type")).isEqualTo("application/problem+json");
            JsonObject problem = refusal.getBody().toJsonObject();
            assertThat(problem.getString("code")).isEqualTo("unauthenticated");
            assertThat(problem.getString("detail")).contains("expected: Bearer");
        });
    }

    @Test
    void aKeyInTheHeaderOpensASocket() throws Exception {
        assertThat(connect(options().addHeader("authorization", "Bearer " + KEY))
                        .isClosed())
                .isFalse();
    }

    @Test
    void aBrowserShowsItsKeyAsASubprotocolAndIsAnsweredTheOther() throws Exception {
        ClientWebSocket socket = connect(options().addSubProtocol("glimpse").addSubProtocol("bearer." + KEY));
        assertThat(socket.subProtocol()).isEqualTo("glimpse");
    }

    @Test
    void aKeyThatIsTakenOutClosesItsSocket() throws Exception {
        ClientWebSocket socket = connect(options().addHeader("authorization", "Bearer " + KEY));
        CompletableFuture<Short> closed = new CompletableFuture<>();
        socket.closeHandler(v -> closed.complete(socket.closeStatusCode()));

        gate.replaceKeys(List.of());

        assertThat(closed.get(20, TimeUnit.SECONDS)).isEqualTo((short) 1008);
    }

    private WebSocketConnectOptions options() {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(locked.actualPort())
                .setURI(WebSocketDoor.PATH);
    }

    private ClientWebSocket connect(WebSocketConnectOptions options) throws Exception {
        ClientWebSocket socket = sockets.webSocket();
        socket.connect(options).await(10, TimeUnit.SECONDS);
        return socket;
    }
}
