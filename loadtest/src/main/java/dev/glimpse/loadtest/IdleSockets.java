package dev.glimpse.loadtest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** WebSockets that are open and say nothing but what the protocol asks of them. */
final class IdleSockets implements AutoCloseable {
    /** Connection attempts at once; more than a server's backlog would only be refused. */
    static final int AT_ONCE = 64;

    /** What a server answers whose sockets are all in use. */
    private static final int FULL = 503;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How often it is asked whether to go on. */
    private static final long NAP_MILLIS = 100;

    private final List<WebSocket> sockets = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    private IdleSockets() {}

    static IdleSockets none() {
        return new IdleSockets();
    }

    /**
     * Opens some.
     *
     * @param authorization header to open them with; empty for none
     * @param goesOn whether to go on; asked a few times a second
     */
    static IdleSockets open(Target target, int count, Optional<String> authorization, BooleanSupplier goesOn)
            throws InterruptedException {
        return open(target, count, authorization, PATIENCE, goesOn);
    }

    /** @param patience how long each may take to open */
    static IdleSockets open(
            Target target, int count, Optional<String> authorization, Duration patience, BooleanSupplier goesOn)
            throws InterruptedException {
        IdleSockets all = new IdleSockets();
        HttpClient client = target.http().connectTimeout(patience).build();
        URI uri = URI.create(target.url("ws") + "/v1/stream");
        boolean some = true;
        // A server that has let none in of so many would let every other one wait as long.
        for (int from = 0; from < count && some; from += AT_ONCE) {
            List<CompletableFuture<WebSocket>> attempts = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + AT_ONCE); i++) {
                WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(patience);
                authorization.ifPresent(value -> builder.header("Authorization", value));
                attempts.add(builder.buildAsync(uri, all.new Listener()).exceptionally(all::failed));
            }
            some = all.await(attempts, goesOn);
        }
        return all;
    }

    /** Waits until each of some attempts has opened a socket or failed; says whether one of them opened. */
    private boolean await(List<CompletableFuture<WebSocket>> attempts, BooleanSupplier goesOn)
            throws InterruptedException {
        CompletableFuture<Void> ended = CompletableFuture.allOf(attempts.toArray(CompletableFuture<?>[]::new));
        while (!ended.isDone()) {
            if (!goesOn.getAsBoolean()) {
                failed(new CancellationException("interrupted"));
                attempts.forEach(attempt -> attempt.thenAccept(IdleSockets::abort));
                return false;
            }
            pause(ended);
        }
        List<WebSocket> opened = attempts.stream()
                .map(CompletableFuture::join)
                .filter(Objects::nonNull)
                .toList();
        sockets.addAll(opened);
        return !opened.isEmpty();
    }

    private static void pause(CompletableFuture<?> ended) throws InterruptedException {
        try {
            ended.get(NAP_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            // Somebody still waits to be let in; the loop asks again.
        } catch (ExecutionException e) {
            throw new IllegalStateException("an attempt cannot fail", e);
        }
    }

    private static void abort(@Nullable WebSocket socket) {
        if (socket != null) {
            socket.abort();
        }
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
        if (failure instanceof CancellationException) {
            return "interrupted";
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
