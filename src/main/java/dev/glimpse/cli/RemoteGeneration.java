package dev.glimpse.cli;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientOptions;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A generation on a server far away, read one event at a time by the thread that started it. The server makes the next
 * event only when the one before has been read.
 */
final class RemoteGeneration implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteGeneration.class);
    private static final Buffer PING = Buffer.buffer("glimpse?");
    /** Pings of a connection in its longest silence: a slow network may lose one or two. */
    private static final int PINGS = 3;

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
    /** The largest picture that this client takes: 1024 x 1024 RGB in floats, and some room. */
    private static final int MAX_MESSAGE_BYTES = 16 << 20;

    private final Vertx vertx = Vertx.vertx(new VertxOptions()
            .setEventLoopPoolSize(1)
            .setFileSystemOptions(ServerOptions.noCopies())
            // A slow machine loads classes for seconds, of which the person at the terminal need not hear.
            .setMaxEventLoopExecuteTime(Duration.ofMinutes(1).toNanos()));
    // Called from another thread, the client can lose messages that arrive before their handler.
    private final Context context = vertx.getOrCreateContext();
    private final RemoteServer.Access server;
    private final GrpcClient client;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    // Confined to the context.
    private @Nullable GrpcClientRequest<GenerateRequest, GenerateEvent> request;
    private @Nullable GrpcClientResponse<GenerateRequest, GenerateEvent> response;
    private long wanted;
    private boolean over;

    private volatile boolean reached;

    /** What a server has to say next. */
    sealed interface Signal {
        /** Something happened to the request. */
        record Event(GenerateEvent event) implements Signal {}

        /** The call ended well. */
        record Ended() implements Signal {}

        /**
         * The call ended in another way; nothing follows.
         *
         * @param retryAfter when the server says that asking again is worth it
         */
        record Failed(GrpcStatus status, String message, Optional<Duration> retryAfter) implements Signal {
            Failed(GrpcStatus status, String message) {
                this(status, message, Optional.empty());
            }
        }
    }

    private RemoteGeneration(RemoteServer.Access server) {
        this.server = server;
        client = GrpcClient.client(
                vertx, new GrpcClientOptions().setMaxMessageSize(MAX_MESSAGE_BYTES), server.transport());
    }

    /** Calls a server. That it cannot be reached is the first signal then. */
    static RemoteGeneration start(RemoteServer.Access server, GenerateRequest message) {
        RemoteGeneration generation = new RemoteGeneration(server);
        generation.context.runOnContext(v -> generation.call(message));
        return generation;
    }

    /** Waits for the next signal. After the last one there is none to wait for. */
    Signal next() throws InterruptedException {
        context.runOnContext(v -> {
            wanted++;
            fetch();
        });
        return signals.take();
    }

    /** Whether the server took the connection. Any thread. */
    boolean reached() {
        return reached;
    }

    /** Tells the server to stop, and leaves. Any thread. */
    void abort() {
        context.runOnContext(v -> {
            // First, or what the call makes of its end would be told.
            end(new Signal.Failed(GrpcStatus.CANCELLED, "cancelled"));
            if (request != null) {
                request.cancel();
            }
        });
        close();
    }

    /** Leaves the server; whatever still runs there is cancelled by it. Any number of times. */
    @Override
    public void close() {
        CountDownLatch closed = new CountDownLatch(1);
        vertx.close().onComplete(v -> closed.countDown());
        try {
            // A process that ends closes its sockets anyway, so a slow end is no reason to complain.
            boolean inTime = closed.await(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("closed in time: {}", inTime);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void call(GenerateRequest message) {
        client.request(server.address(), GlimpseGrpcClient.Generate)
                .compose(opened -> {
                    request = opened;
                    reached = true;
                    ping(opened.connection());
                    server.key().ifPresent(key -> opened.headers().set("authorization", "Bearer " + key));
                    return opened.send(message);
                })
                .onSuccess(this::read)
                .onFailure(e -> end(new Signal.Failed(
                        GrpcStatus.UNAVAILABLE,
                        "no answer from " + server.address() + ": " + NoAnswer.why(e, server.transport(), reached))));
    }

    /**
     * Asks for signs of life, as a server may have nothing to say for minutes, and a proxy before it passes no pings
     * on. Without any the connection's read idle timeout ends it.
     */
    private void ping(HttpConnection connection) {
        long everyMillis = Math.max(1, server.transport().getReadIdleTimeout() / PINGS);
        vertx.setPeriodic(
                everyMillis,
                timer -> connection.ping(PING).onFailure(e -> LOG.debug("{} answers no ping", server.address(), e)));
    }

    private void read(GrpcClientResponse<GenerateRequest, GenerateEvent> answer) {
        answer.pause();
        response = answer;
        answer.handler(event -> signals.add(new Signal.Event(event)));
        answer.exceptionHandler(
                e -> end(new Signal.Failed(GrpcStatus.UNAVAILABLE, "connection lost: " + NoAnswer.cause(e))));
        answer.errorHandler(e -> end(new Signal.Failed(e.status, "the server reset the call: " + e)));
        answer.endHandler(v -> end(outcome(answer)));
        fetch();
    }

    private void fetch() {
        if (response != null && wanted > 0) {
            response.fetch(wanted);
            wanted = 0;
        }
    }

    private void end(Signal last) {
        if (!over) {
            over = true;
            signals.add(last);
        }
    }

    private static Signal outcome(GrpcClientResponse<?, ?> answer) {
        if (answer.status() == GrpcStatus.OK) {
            return new Signal.Ended();
        }
        // A call that failed at once has its status in the headers, any other in the trailers. The client decodes the
        // message of the headers alone, but the details hold it too, and need no decoding.
        MultiMap last = answer.headers().contains("grpc-status") ? answer.headers() : answer.trailers();
        String details = last.get("grpc-status-details-bin");
        return details == null ? new Signal.Failed(answer.status(), plain(last)) : failed(answer.status(), details);
    }

    private static Signal failed(GrpcStatus code, String details) {
        try {
            Status status = Status.parseFrom(Base64.getDecoder().decode(details));
            Optional<Duration> retryAfter = Optional.empty();
            for (Any detail : status.getDetailsList()) {
                if (detail.is(RetryInfo.class)) {
                    var delay = detail.unpack(RetryInfo.class).getRetryDelay();
                    retryAfter = Optional.of(Duration.ofSeconds(delay.getSeconds(), delay.getNanos()));
                }
            }
            return new Signal.Failed(code, status.getMessage(), retryAfter);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return new Signal.Failed(code, "an error whose details cannot be read: " + e.getMessage());
        }
    }

    private static String plain(MultiMap last) {
        String message = last.get("grpc-message");
        return message == null ? "an error without a message" : message;
    }
}
