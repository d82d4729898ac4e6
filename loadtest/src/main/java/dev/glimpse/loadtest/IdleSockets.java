package dev.glimpse.loadtest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** WebSockets that are open and say nothing but what the protocol asks of them. */
final class IdleSockets implements AutoCloseable {
    /** Connection attempts at once; more than a server's backlog would only be refused. */
    private static final int AT_ONCE = 64;

    /** What a server answers whose sockets are all in use. */
    private static final int FULL = 503;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<WebSocket> sockets = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    private IdleSockets() {}

    static IdleSockets none() {
        return new IdleSockets();
    }

    /** @param authorization header to open them with; empty for none */
    static IdleSockets open(Target target, int count, Optional<String> authorization) {
        IdleSockets all = new IdleSockets();
        HttpClient client = target.http().connectTimeout(PATIENCE).build();
        URI uri = URI.create(target.url("ws") + "/v1/stream");
        for (int from = 0; from < count; from += AT_ONCE) {
            List<CompletableFuture<WebSocket>> some = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(PATIENCE);
                authorization.ifPresent(value -> builder.header("Authorization", value));
                some.add(builder.buildAsync(uri, all.new Listener()));
            }
            for (CompletableFuture<WebSocket> attempt : some) {
                WebSocket socket = attempt.exceptionally(all::failed).join();
                if (socket != null) {
                    all.sockets.add(socket);
                }
            }
        }
        return all;
    }

    private @Nullable WebSocket failed(Throwable failure) {
        boolean wrapped = failure instanceof CompletionException && failure.getCause() != null;
        firstFailure.compareAndSet(null, wrapped ? failure.getCause() : failure);
        return null;
    }

    /** That fewer opened than were asked for, and why the first one did not; empty if all did. */
    Optional<String> missing(int asked) {
        int opened = open();
        return opened >= asked
                ? Optional.empty()
                : Optional.of(opened + " of " + asked + " idle WebSockets opened; the first other one: " + why());
    }

    private String why() {
        Throwable failure = firstFailure.get();
        if (failure instanceof WebSocketHandshakeException refusal && refusal.getResponse() != null) {
            int status = refusal.getResponse().statusCode();
            return "HTTP " + status + (status == FULL ? ", beyond the server's websocket.max-sockets" : "");
        }
        return failure == null ? "closed by the server" : failure.toString();
    }

    /** How many are open now. */
    int open() {
        return open.get();
    }

    private final class Listener implements WebSocket.Listener {
        @Override
        public void onOpen(WebSocket socket) {
            open.incrementAndGet();
            socket.request(1);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            open.decrementAndGet();
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            open.decrementAndGet();
        }
    }

    @Override
    public void close() {
        sockets.forEach(WebSocket::abort);
    }
}
