package dev.glimpse.api.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Origins;
import dev.glimpse.api.LiveService;
import dev.glimpse.api.Open;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Edits from a socket to the picture, with the model that comes with the program. */
@ExtendWith(VertxExtension.class)
class WebSocketEditTest {
    private static final int SIDE = 28;
    private static final int GREY = 100;
    private static LiveService live;
    private static HttpServer server;
    private static WebSocketClient sockets;

    @BeforeAll
    static void start(Vertx vertx) throws Exception {
        live = new LiveService();
        WebSocketDoor door = new WebSocketDoor(
                Open.entrance(live.generator()),
                Origins.of(List.of()),
                new WebSocketSettings(4, 8, 65536, Duration.ofSeconds(20), Duration.ofSeconds(30)));
        HttpServerOptions options = new HttpServerOptions();
        door.configure(options);
        Router router = Router.router(vertx);
        door.mount(router);
        server = vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        sockets = vertx.createWebSocketClient();
    }

    @AfterAll
    static void stop() throws Exception {
        live.close();
    }

    @Test
    void sameSeedGivesTheSameBytesAloneAndInCompany() throws Exception {
        TestClient client = TestClient.connect(sockets, server.actualPort());
        client.send(inpaint("alone"));
        byte[] alone = finals(client, Set.of("alone")).get("alone");
        for (int i = 0; i < alone.length; i++) {
            if (i % SIDE < SIDE / 2) {
                assertThat(GREY - (alone[i] & 255)).isBetween(0, 1);
            }
        }

        client.send(plain("before", 12));
        client.send(inpaint("edit"));
        client.send(plain("after", 3));
        assertThat(finals(client, Set.of("before", "edit", "after")).get("edit"))
                .isEqualTo(alone);
    }

    @Test
    void editGoesOnWithItsTokenAndItsPictures() throws Exception {
        TestClient client = TestClient.connect(sockets, server.actualPort());
        client.send(inpaint("begun"));
        String token = client.next().json().getString("resume_token");
        JsonObject again =
                new JsonObject().put("type", "generate").put("id", "again").put("resume_token", token);
        client.send(again.copy().put("edit", inpaint("").getJsonObject("edit")));
        Map<String, byte[]> pictures = finals(client, Set.of("begun", "again"));
        assertThat(pictures.get("again")).isEqualTo(pictures.get("begun"));
        client.send(again.put("id", "bare"));
        assertThat(client.next().json().getString("field")).isEqualTo("edit");
    }

    @Test
    void pictureThatIsNoneIsRefusedByItsField() throws Exception {
        TestClient client = TestClient.connect(sockets, server.actualPort());
        JsonObject edit = new JsonObject().put("kind", "stroke").put("image", "AAAA");
        client.send(plain("g", 2).put("edit", edit));
        JsonObject refused = client.next().json();
        assertThat(refused.getString("type")).isEqualTo("failed");
        assertThat(refused.getString("field")).isEqualTo("edit.image");
        assertThat(refused.getString("message")).isEqualTo("edit.image: 3 bytes (expected: a PNG file)");
    }

    /** The final picture of each of these generations. */
    private static Map<String, byte[]> finals(TestClient client, Set<String> ids) throws InterruptedException {
        Map<String, byte[]> pictures = new HashMap<>();
        Set<String> running = new HashSet<>(ids);
        while (!running.isEmpty()) {
            TestClient.Received message = client.next();
            if (message.type().equals("finished")) {
                running.remove(message.id());
            } else if (message.type().equals("step") && message.json().getBoolean("last")) {
                Buffer image = message.image();
                pictures.put(message.id(), image.getBytes());
            } else {
                assertThat(message.type()).isNotEqualTo("failed");
            }
        }
        return pictures;
    }

    private static JsonObject plain(String id, int steps) {
        return new JsonObject()
                .put("type", "generate")
                .put("id", id)
                .put("steps", steps)
                .put("seed", 3)
                .put("class", 1)
                .put("format", "raw_u8");
    }

    private static JsonObject inpaint(String id) {
        byte[] image = new byte[SIDE * SIDE];
        byte[] mask = new byte[SIDE * SIDE];
        for (int i = 0; i < mask.length; i++) {
            image[i] = GREY;
            mask[i] = (byte) (i % SIDE < SIDE / 2 ? 0 : 255);
        }
        return plain(id, 4)
                .put(
                        "edit",
                        new JsonObject()
                                .put("kind", "inpaint")
                                .put("format", "raw_u8")
                                .put("image", Base64.getEncoder().encodeToString(image))
                                .put("mask", Base64.getEncoder().encodeToString(mask)));
    }
}
