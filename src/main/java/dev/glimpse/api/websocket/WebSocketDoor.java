package dev.glimpse.api.websocket;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
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
 * when pings stay unanswered or the client's key is revoked, 1009 after a message that is too long. Safe to mount on
 * any number of event loops.
 */
public final class WebSocketDoor {
    static final String PATH = "/v1/stream";

    /** Answered to clients that offer it, as a browser must that offers its key as another. */
    static final String SUBPROTOCOL = "glimpse";

    private static final Logger LOG = LoggerFactory.getLogger(WebSocketDoor.class);

    /** A frame beyond this factor of the longest message is cut off by the network layer, without a close code. */
    private static final int FRAME_HEADROOM = 8;

    private final Entrance entrance;
    private final Origins origins;
    private final WebSocketSettings settings;
    private final AtomicInteger openSockets = new AtomicInteger();

    public WebSocketDoor(Entrance entrance, Origins origins, WebSocketSettings settings) {
        this.entrance = entrance;
        this.origins = origins;
        this.settings = settings;
    }

    /** Sets what only the HTTP server itself can hold clients to; call it before the server is created. */
    public void configure(HttpServerOptions options) {
        // Pictures don't compress further, and a compressed message could inflate past every limit.
        options.addWebSocketSubProtocol(SUBPROTOCOL)
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketMessageSize(settings.maxMessageBytes())
                .setMaxWebSocketFrameSize(settings.maxMessageBytes() * FRAME_HEADROOM);
    }

    /** Adds the door's route; nothing asynchronous may run before it on the same router. */
    public void mount(Router router) {
        router.get(PATH).handler(this::upgrade);
    }

    private void upgrade(RoutingContext context) {
        String upgrade = context.request().getHeader(HttpHeaders.UPGRADE);
        if (!"websocket".equalsIgnoreCase(upgrade)) {
            context.response().putHeader(HttpHeaders.UPGRADE, "websocket");
            refuse(context, 426, "upgrade_required", "Upgrade: " + upgrade + " (expected: websocket)");
            return;
        }
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        if (!origins.allows(origin, context.request().getHeader(HttpHeaders.HOST))) {
            refuse(
                    context,
                    403,
                    "permission_denied",
                    "Origin: " + origin + " (expected: this server's own or one that its settings allow)");
            return;
        }
        Entrance.Entry entry = entrance.enter(
                context.request().headers(), context.request().connection().remoteAddress());
        if (entry instanceof Entrance.Entry.Refused refused) {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            refuse(context, 401, "unauthenticated", refused.message());
            return;
        }
        Entrance.Entry.Admitted admitted = (Entrance.Entry.Admitted) entry;
        if (openSockets.incrementAndGet() > settings.maxSockets()) {
            openSockets.decrementAndGet();
            context.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
            refuse(context, 503, "unavailable", "every one of the " + settings.maxSockets() + " sockets is in use");
            return;
        }
        context.request()
                .toWebSocket()
                .onSuccess(socket -> converse(context, socket, admitted))
                .onFailure(cause -> notUpgraded(context, cause));
    }

    private void converse(RoutingContext context, ServerWebSocket socket, Entrance.Entry.Admitted admitted) {
        Conversation conversation =
                new Conversation(context.vertx(), socket, admitted.generator(), settings, openSockets::decrementAndGet);
        conversation.open();
        conversation.endWith(admitted.grant());
    }

    private void notUpgraded(RoutingContext context, Throwable cause) {
        openSockets.decrementAndGet();
        LOG.debug("A WebSocket handshake failed", cause);
        if (!context.response().ended() && !context.response().closed()) {
            refuse(context, 400, "invalid_argument", "not a WebSocket handshake of version 13");
        }
    }

    private static void refuse(RoutingContext context, int status, String code, String message) {
        JsonObject error = new JsonObject().put("code", code).put("message", message);
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject().put("error", error).toBuffer())
                .onFailure(cause -> LOG.debug("A client left before its answer", cause));
    }
}
