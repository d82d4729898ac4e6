package dev.glimpse.api.websocket;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.web.Doorway;
import dev.glimpse.api.web.Problem;
import dev.glimpse.api.web.StalledConnection;
import dev.glimpse.generation.Failure;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door at {@value #PATH}: any number of generations over one WebSocket (RFC 6455), each called by an id of the
 * client's choice.
 *
 * <p>The client sends text messages, JSON objects of type "generate" (which also goes on by a resume token), "refine",
 * "pause", "resume" or "cancel". The server answers with text messages of type "accepted", "paused", "resumed",
 * "finished" and "failed", and with one binary message for every picture, see {@link ServerMessage.Picture}. The socket
 * is closed with 1001 when the server goes away, 1003 after a binary message, 1007 after text that is not UTF-8, 1008
 * when pings stay unanswered, a message does not come to its end, or the client's key is revoked, 1009 after a message
 * that is too long. Safe to mount on any number of event loops.
 */
public final class WebSocketDoor {
    static final String PATH = "/v1/stream";

    /** Answered to clients that offer it, as a browser must that offers its key as another. */
    static final String SUBPROTOCOL = "glimpse";

    /** Sockets come and go. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketDoor.class);

    private final Doorway doorway;
    private final WebSocketSettings settings;
    private final AtomicInteger openSockets = new AtomicInteger();

    public WebSocketDoor(Entrance entrance, Origins origins, WebSocketSettings settings) {
        doorway = new Doorway(entrance, origins);
        this.settings = settings;
    }

    /** Sets what only the HTTP server itself can hold clients to; call it before the server is created. */
    public void configure(HttpServerOptions options) {
        // Pictures don't compress further, and a compressed message could inflate past every limit.
        options.addWebSocketSubProtocol(SUBPROTOCOL)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketMessageSize(settings.maxMessageBytes())
                .setMaxWebSocketFrameSize(settings.maxMessageBytes());
    }

    /** Adds the door's route; nothing asynchronous may run before it on the same router. */
    public void mount(Router router) {
        router.get(PATH)
                .handler(WebSocketDoor::requireUpgrade)
                .handler(context -> doorway.admit(context, Problem::denied))
                .handler(this::upgrade);
    }

    private static void requireUpgrade(RoutingContext context) {
        String upgrade = context.request().getHeader(HttpHeaders.UPGRADE);
        if ("websocket".equalsIgnoreCase(upgrade)) {
            context.next();
        } else {
            // A header of the connection, with which an answer over HTTP/2 is malformed (RFC 9113, section 8.2.2).
            if (context.request().version() != HttpVersion.HTTP_2) {
                context.response().putHeader(HttpHeaders.UPGRADE, "websocket");
            }
            Problem.of(
                            426,
                            "upgrade_required",
                            "Upgrade: " + (upgrade == null ? "none" : upgrade) + " (expected: websocket)")
                    .answer(context);
        }
    }

    private void upgrade(RoutingContext context) {
        if (openSockets.incrementAndGet() > settings.maxSockets()) {
            openSockets.decrementAndGet();
            String message = "every one of the " + settings.maxSockets() + " sockets is in use";
            Problem.of(new Failure.Unavailable(message, RETRY_AFTER)).answer(context);
            return;
        }
        HttpConnection connection = context.request().connection();
        context.request()
                .toWebSocket()
                .onSuccess(socket -> converse(context, socket, connection))
                .onFailure(cause -> notUpgraded(context, cause));
    }

    private void converse(RoutingContext context, ServerWebSocket socket, HttpConnection connection) {
        Conversation conversation = new Conversation(
                context.vertx(),
                socket,
                new StalledConnection(connection),
                Doorway.generator(context),
                settings,
                doorway::work,
                openSockets::decrementAndGet);
        conversation.open();
        if (connection instanceof HttpServerConnection server) {
            new ArrivingMessage(settings.messageTimeout(), conversation::closeOverSize, conversation::closeUnfinished)
                    .watch(server.channelHandlerContext().channel().pipeline());
        }
        conversation.endWith(Doorway.grant(context));
    }

    private void notUpgraded(RoutingContext context, Throwable cause) {
        openSockets.decrementAndGet();
        LOG.debug("A WebSocket handshake failed", cause);
        if (!context.response().closed()) {
            Problem.of(400, "invalid_argument", "not a WebSocket handshake of version 13")
                    .answer(context);
        }
    }
}
