package dev.glimpse.api.websocket;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Generator;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One open socket with the generations that run on it.
 *
 * <p>Confined to the socket's event loop.
 */
final class Conversation {
    /** Refusals a client may have waiting before the server stops listening to it, so that they take no memory. */
    private static final int MAX_WAITING_REFUSALS = 16;

    private static final Failure.Unavailable SHUTTING_DOWN =
            new Failure.Unavailable("the server is shutting down; connect again", Duration.ofSeconds(1));

    private static final short GOING_AWAY = 1001;
    private static final short UNSUPPORTED_DATA = 1003;
    private static final short POLICY_VIOLATION = 1008;
    private static final short MESSAGE_TOO_BIG = 1009;

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final Generator generator;
    private final WebSocketSettings settings;
    private final Runnable closed;
    private final Outbox outbox;
    private final Map<String, SocketGeneration> running = new LinkedHashMap<>();
    private long pingTimer;
    private int unansweredPings;
    private int waitingRefusals;
    private boolean shuttingDown;
    private boolean over;

    /** @param closed called once, when nothing more goes over the socket */
    Conversation(
            Vertx vertx, ServerWebSocket socket, Generator generator, WebSocketSettings settings, Runnable closed) {
        this.vertx = vertx;
        this.socket = socket;
        this.generator = generator;
        this.settings = settings;
        this.closed = closed;
        this.outbox = new Outbox(message -> message.writeTo(socket), this::clientGone);
    }

    void open() {
        pingTimer = vertx.setPeriodic(settings.pingEvery().toMillis(), timer -> ping());
        try {
            socket.closeHandler(nothing -> clientGone());
            socket.exceptionHandler(this::inboundBroken);
            socket.shutdownHandler(nothing -> shutDown());
            socket.pongHandler(pong -> unansweredPings = 0);
            socket.frameHandler(this::frame);
            socket.textMessageHandler(this::message);
        } catch (IllegalStateException e) {
            // The socket refuses handlers once it is closed: the client left between the upgrade and this moment.
            clientGone();
        }
    }

    private void frame(WebSocketFrame frame) {
        if (frame.isBinary()) {
            close(UNSUPPORTED_DATA, "clients send text messages only");
        }
    }

    private void message(String text) {
        if (over) {
            return;
        }
        ClientMessage message = MessageReader.read(text);
        if (message instanceof ClientMessage.Generate generate) {
            generate(generate);
        } else if (message instanceof ClientMessage.Cancel cancel) {
            cancel(cancel.id());
        } else if (message instanceof ClientMessage.Unreadable unreadable) {
            refuse(unreadable.id(), WebSocketErrors.describe(unreadable.failure()));
        }
    }

    private void generate(ClientMessage.Generate generate) {
        String id = generate.id();
        if (running.containsKey(id)) {
            String taken = "id: " + id + " (expected: one that no running generation has)";
            refuse(Optional.of(id), WebSocketErrors.describe(new Failure.InvalidField("id", taken)));
        } else if (shuttingDown) {
            refuse(Optional.of(id), WebSocketErrors.describe(SHUTTING_DOWN));
        } else if (running.size() >= settings.maxGenerationsPerSocket()) {
            refuse(Optional.of(id), WebSocketErrors.socketIsFull(settings.maxGenerationsPerSocket()));
        } else {
            SocketGeneration generation =
                    new SocketGeneration(id, generate.request().format(), outbox, () -> ended(id));
            running.put(id, generation);
            generation.start(generator, generate.request());
        }
    }

    /** Silent about an id that doesn't run: the generation may have ended while the message was under way. */
    private void cancel(String id) {
        SocketGeneration generation = running.get(id);
        if (generation != null) {
            generation.cancel();
        }
    }

    /** A running generation's id is left out, because "failed" with an id is the end of that generation. */
    private void refuse(Optional<String> id, JsonObject error) {
        waitingRefusals++;
        if (waitingRefusals == MAX_WAITING_REFUSALS) {
            socket.pause();
        }
        Optional<String> idle = id.filter(name -> !running.containsKey(name));
        outbox.offer(ServerMessage.failed(idle, error), () -> {
            if (waitingRefusals == MAX_WAITING_REFUSALS) {
                socket.resume();
            }
            waitingRefusals--;
        });
    }

    private void ended(String id) {
        running.remove(id);
        if (shuttingDown && running.isEmpty()) {
            close(GOING_AWAY, SHUTTING_DOWN.message());
        }
    }

    private void ping() {
        if (unansweredPings == 2) {
            close(POLICY_VIOLATION, "pings are not answered");
            return;
        }
        unansweredPings++;
        socket.writePing(Buffer.buffer()).onFailure(cause -> clientGone());
    }

    /** Lets what runs finish; the HTTP server closes the connection itself when its grace period is over. */
    private void shutDown() {
        shuttingDown = true;
        if (running.isEmpty()) {
            close(GOING_AWAY, SHUTTING_DOWN.message());
        }
    }

    private void inboundBroken(Throwable cause) {
        // Vert.x reports a message beyond its limit like this and leaves the socket open.
        boolean messageTooBig = cause instanceof IllegalStateException;
        if (messageTooBig) {
            close(MESSAGE_TOO_BIG, "a message may have " + settings.maxMessageBytes() + " bytes");
        } else {
            clientGone();
        }
    }

    private void close(short code, String reason) {
        if (!over) {
            clientGone();
            socket.close(code, reason).onFailure(cause -> {});
        }
    }

    /** The one end of a conversation, whichever of the signals comes first: the work is freed, nothing is written. */
    private void clientGone() {
        if (over) {
            return;
        }
        over = true;
        vertx.cancelTimer(pingTimer);
        outbox.close();
        List.copyOf(running.values()).forEach(SocketGeneration::cancel);
        running.clear();
        closed.run();
    }
}
