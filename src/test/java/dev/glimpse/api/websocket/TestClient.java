package dev.glimpse.api.websocket;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the WebSocket door on a real socket, read message by message. */
final class TestClient {
    private final BlockingQueue<Received> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Short> closeCode = new CompletableFuture<>();
    private final ClientWebSocket socket;

    private TestClient(ClientWebSocket socket) {
        this.socket = socket;
        socket.textMessageHandler(text -> messages.add(new Received(new JsonObject(text), Buffer.buffer())));
        socket.binaryMessageHandler(binary -> {
            int headerLength = binary.getInt(0);
            JsonObject header = new JsonObject(binary.getBuffer(4, 4 + headerLength));
            messages.add(new Received(header, binary.getBuffer(4 + headerLength, binary.length())));
        });
        socket.closeHandler(nothing -> closeCode.complete(socket.closeStatusCode()));
    }

    static TestClient connect(WebSocketClient sockets, int port) throws Exception {
        TestClient client = new TestClient(sockets.webSocket());
        client.socket
                .connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI(WebSocketDoor.PATH))
                .await(10, TimeUnit.SECONDS);
        return client;
    }

    /** A message with its JSON, and the picture behind it if it was a binary one. */
    record Received(JsonObject json, Buffer image) {
        String type() {
            return json.getString("type");
        }

        String id() {
            return json.getString("id");
        }
    }

    ClientWebSocket socket() {
        return socket;
    }

    void send(JsonObject message) {
        send(message.encode());
    }

    void send(String text) {
        socket.writeTextMessage(text).onFailure(closeCode::completeExceptionally);
    }

    void generate(String id, int steps) {
        send(new JsonObject().put("type", "generate").put("id", id).put("steps", steps));
    }

    void cancel(String id) {
        send(new JsonObject().put("type", "cancel").put("id", id));
    }

    /** The next message from the server. */
    Received next() throws InterruptedException {
        Received message = messages.poll(10, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message came within 10 s");
        }
        return message;
    }

    /** The code that the server closed the socket with. */
    int closeCode() throws Exception {
        return closeCode.get(10, TimeUnit.SECONDS);
    }
}
