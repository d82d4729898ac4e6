package dev.glimpse.api.websocket;

import dev.glimpse.access.Grant;
import dev.glimpse.api.json.FailureJson;
import dev.glimpse.api.web.StalledConnection;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.SessionDesk;
import dev.glimpse.generation.SessionLine;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One open socket with the generations that run on it.
 *
 * <p>Confined to the socket's event loop.
 */
final class Conversation implements SessionLine<ServerMessage> {
    private static final Failure.Unavailable SHUTTING_DOWN =
            new Failure.Unavailable("the server is shutting down; connect again", Duration.ofSeconds(1));

    private static final short GOING_AWAY = 1001;
    private static final short UNSUPPORTED_DATA = 1003;
    private static final short INVALID_PAYLOAD = 1007;
    private static final short POLICY_VIOLATION = 1008;
    private static final short MESSAGE_TOO_BIG = 1009;

    private final Vertx vertx;
    private final ServerWebSocket socket;
    private final StalledConnection connection;
    private final WebSocketSettings settings;
    private final Runnable onEnd;
    private final SessionDesk<ServerMessage> desk;

    /** What has come of a text message; put together here, as Vert.x loses one whose first fragment is empty. */
    private Buffer text = Buffer.buffer();

    private boolean held;
    private boolean flooded;
    private long pingTimer;
    private @Nullable Long cutTimer;
    private int unansweredPings;
    private boolean over;
    private Grant.@Nullable Hold hold;

    /**
     * @param connection below the socket
     * @param onEnd called once, when nothing more goes over the socket
     */
    Conversation(
            Vertx vertx,
            ServerWebSocket socket,
            StalledConnection connection,
            Generator generator,
            WebSocketSettings settings,
            Runnable onEnd) {
        this.vertx = vertx;
        this.socket = socket;
        this.connection = connection;
        this.settings = settings;
        this.onEnd = onEnd;
        this.desk = new SessionDesk<>(generator, this, settings.maxGenerationsPerSocket());
    }

    void open() {
        pingTimer = vertx.setPeriodic(settings.pingEvery().toMillis(), timer -> ping());
        try {
            socket.closeHandler(nothing -> closed());
            socket.exceptionHandler(cause -> clientGone());
            socket.shutdownHandler(nothing -> shutDown());
            socket.pongHandler(pong -> unansweredPings = 0);
            socket.frameHandler(this::frame);
        } catch (IllegalStateException e) {
            // The socket refuses handlers once it is closed: the client left between the upgrade and this moment.
            clientGone();
        }
    }

    /** Closes the socket once the grant is revoked that its client came in with. */
    void endWith(Grant grant) {
        if (!over) {
            Context context = vertx.getOrCreateContext();
            hold = grant.hold(() -> context.runOnContext(v -> close(POLICY_VIOLATION, "the key has been revoked")));
        }
    }

    private void frame(WebSocketFrame frame) {
        if (frame.isPing()) {
            answeredPing();
        }
        if (over) {
            return;
        }
        if (frame.isBinary()) {
            close(UNSUPPORTED_DATA, "clients send text messages only");
        } else if (frame.isText() || frame.isContinuation()) {
            text.appendBuffer(frame.binaryData());
            if (text.length() > settings.maxMessageBytes()) {
                closeOverSize();
            } else if (frame.isFinal()) {
                Buffer whole = text;
                text = Buffer.buffer();
                message(whole);
            }
        }
    }

    /** Vert.x answers pings by itself, and would keep the answers for one who sends pings and reads nothing. */
    private void answeredPing() {
        try {
            if (!flooded && socket.writeQueueFull()) {
                flooded = true;
                // In a later turn, as Vert.x asks for one more frame after each ping, paused or not.
                vertx.getOrCreateContext().runOnContext(nothing -> listen());
                socket.drainHandler(nothing -> {
                    flooded = false;
                    listen();
                });
            }
        } catch (IllegalStateException e) {
            // Closed: nothing is answered any more.
        }
    }

    private void listen() {
        if (held || flooded) {
            socket.pause();
        } else {
            socket.resume();
        }
    }

    private void message(Buffer utf8) {
        String whole;
        try {
            whole = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            // RFC 6455, section 8.1; a decoder that repairs would serve what nobody asked for.
            close(INVALID_PAYLOAD, "a text message is not UTF-8");
            return;
        }
        message(MessageReader.read(whole));
    }

    private void message(ClientMessage message) {
        if (message instanceof ClientMessage.Generate generate) {
            desk.start(generate.id(), generate.request());
        } else if (message instanceof ClientMessage.Resume resume) {
            desk.resume(resume.id(), resume.request());
        } else if (message instanceof ClientMessage.Refine refine) {
            desk.refine(refine.id(), refine.of(), refine.request());
        } else if (message instanceof ClientMessage.Pause pause) {
            desk.pause(pause.id());
        } else if (message instanceof ClientMessage.Proceed proceed) {
            desk.proceed(proceed.id());
        } else if (message instanceof ClientMessage.Cancel cancel) {
            desk.cancel(cancel.id());
        } else if (message instanceof ClientMessage.Unreadable unreadable) {
            desk.refuse(unreadable.id(), unreadable.failure());
        } else {
            throw new AssertionError("message that is not acted on: " + message);
        }
    }

    @Override
    public ServerMessage accepted(String id, GenerationEvent.Accepted accepted) {
        return ServerMessage.accepted(id, accepted);
    }

    @Override
    public ServerMessage stepped(String id, GenerationEvent.Accepted accepted, GenerationEvent.Stepped stepped) {
        return ServerMessage.stepped(id, stepped, accepted.terms().format());
    }

    @Override
    public ServerMessage finished(String id, GenerationEvent.Finished finished) {
        return ServerMessage.finished(id, finished);
    }

    @Override
    public ServerMessage paused(String id) {
        return ServerMessage.changed("paused", id);
    }

    @Override
    public ServerMessage proceeded(String id) {
        return ServerMessage.changed("resumed", id);
    }

    @Override
    public ServerMessage failed(Optional<String> id, Failure failure) {
        return ServerMessage.failed(id, FailureJson.describe(failure));
    }

    @Override
    public ServerMessage refused(String about, Failure failure) {
        return ServerMessage.failed(
                Optional.empty(), FailureJson.describe(failure).put("about", about));
    }

    @Override
    public Future<Void> write(ServerMessage message) {
        return message.writeTo(socket);
    }

    @Override
    public void holdInput() {
        held = true;
        listen();
    }

    @Override
    public void readInput() {
        held = false;
        listen();
    }

    @Override
    public void broken() {
        clientGone();
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
        desk.drain(SHUTTING_DOWN, () -> close(GOING_AWAY, SHUTTING_DOWN.message()));
    }

    /** Closes the socket as one of its messages is longer than it may be. */
    void closeOverSize() {
        close(MESSAGE_TOO_BIG, "a message may have " + settings.maxMessageBytes() + " bytes");
    }

    /** Closes the socket as one of its messages does not come to its end. */
    void closeUnfinished() {
        close(
                POLICY_VIOLATION,
                "a message may take " + settings.messageTimeout().toMillis() + " ms");
    }

    private void close(short code, String reason) {
        if (!over) {
            clientGone();
            // A goodbye leaves behind all that was written before; who takes nothing of it is not waited for.
            cutTimer = vertx.setTimer(settings.pingEvery().toMillis(), timer -> connection.cut());
            socket.close(code, reason).onFailure(cause -> {});
        }
    }

    private void closed() {
        if (cutTimer != null) {
            vertx.cancelTimer(cutTimer);
        }
        clientGone();
    }

    /** The one end of a conversation, whichever of the signals comes first: the work is freed, nothing is written. */
    private void clientGone() {
        if (over) {
            return;
        }
        over = true;
        vertx.cancelTimer(pingTimer);
        if (hold != null) {
            hold.close();
        }
        desk.close();
        onEnd.run();
    }
}
