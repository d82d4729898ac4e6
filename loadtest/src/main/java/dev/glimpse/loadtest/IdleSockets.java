package dev.glimpse.loadtest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** WebSockets that are open and say nothing but what the protocol asks of them. */
final class IdleSockets implements AutoCloseable {
    /** Connection attempts at once; more than a server's backlog would only be refused. */
    private static final int AT_ONCE = 64;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<WebSocket> sockets = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();

    private IdleSockets() {}

    static IdleSockets none() {
        return new IdleSockets();
    }

    /** @param authorization header to open them with; empty for none */
    static IdleSockets open(Target target, int count, Optional<String> authorization) {
        IdleSockets all = new IdleSockets();
        HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        URI uri = URI.create(target.url("ws") + "/v1/stream");
        for (int from = 0; from < count; from += AT_ONCE) {
            List<CompletableFuture<WebSocket>> some = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(PATIENCE);
                authorization.ifPresent(value -> builder.header("Authorization", value));
                some.add(builder.buildAsync(uri, all.new Listener()));
            }
            for (CompletableFuture<WebSocket> attempt : some) {
                WebSocket socket = attempt.exceptionally(refused -> null).join();
                if (socket != null) {
                    all.sockets.add(socket);
                }
            }
        }
        return all;
    }

    /** That fewer opened than were asked for, and what bounds them; empty if all did. */
    static Optional<String> missing(int open, int asked) {
        return open >= asked
                ? Optional.empty()
                : Optional.of(open + " of " + asked
                        + " idle WebSockets opened; the server's websocket.max-sockets bounds them");
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
