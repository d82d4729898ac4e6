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
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
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
    private final Consumer<Runnable> work;
    private final Runnable onEnd;
    private final SessionDesk<ServerMessage> desk;
    private final Heartbeat heartbeat;
    private final TextAssembly arriving;
    private final Intake intake;

    private @Nullable Long cutTimer;
    private boolean over;
    private Grant.@Nullable Hold hold;

    /**
     * @param connection below the socket
     * @param work does what is done with each frame
     * @param onEnd called once, when nothing more goes over the socket
     */
    Conversation(
            Vertx vertx,
            ServerWebSocket socket,
            StalledConnection connection,
            Generator generator,
            WebSocketSettings settings,
            Consumer<Runnable> work,
            Runnable onEnd) {
        this.vertx = vertx;
        this.socket = socket;
        this.connection = connection;
        this.settings = settings;
        this.work = work;
        this.onEnd = onEnd;
        this.desk = new SessionDesk<>(generator, this, settings.maxGenerationsPerSocket());
        heartbeat = new Heartbeat(
                vertx,
                socket,
                settings.pingEvery(),
                () -> close(POLICY_VIOLATION, "pings are not answered"),
                this::clientGone);
        arriving = new TextAssembly(settings.maxMessageBytes());
        intake = new Intake(vertx, socket);
    }

    void open() {
        heartbeat.start();
        try {
            socket.closeHandler(nothing -> closed());
            socket.exceptionHandler(cause -> clientGone());
            socket.shutdownHandler(nothing -> shutDown());
            socket.pongHandler(pong -> heartbeat.answered());
            socket.frameHandler(frame -> work.accept(() -> frame(frame)));
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
            intake.pinged();
        }
        if (over) {
            return;
        }
        if (frame.isBinary()) {
            close(UNSUPPORTED_DATA, "clients send text messages only");
        } else if (frame.isText() || frame.isContinuation()) {
            arrived(arriving.add(frame));
        }
    }

    private void arrived(TextAssembly.State text) {
        if (text instanceof TextAssembly.State.Whole whole) {
            message(MessageReader.read(whole.text()));
        } else if (text instanceof TextAssembly.State.TooBig) {
            closeOverSize();
        } else if (text instanceof TextAssembly.State.Malformed) {
            close(INVALID_PAYLOAD, "a text message is not UTF-8");
        }
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
        intake.hold();
    }

    @Override
    public void readInput() {
        intake.release();
    }

    @Override
    public void broken() {
        clientGone();
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
        heartbeat.stop();
        if (hold != null) {
            hold.close();
        }
        desk.close();
        onEnd.run();
    }
}
