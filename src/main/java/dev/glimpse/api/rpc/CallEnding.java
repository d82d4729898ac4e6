package dev.glimpse.api.rpc;

import com.google.rpc.Status;
import dev.glimpse.api.web.StalledConnection;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.time.Duration;

/** How a call ends on the wire, where its client is still there. Confined to the event loop of its connection. */
final class CallEnding {
    /** What a reading client needs at most for a message that is under way when its time is over. */
    private static final Duration LAST_READ = Duration.ofMillis(500);

    private final Vertx vertx;
    private final GrpcServerResponse<?, ?> response;
    private final StalledConnection connection;
    private final Outgoing outgoing;

    /** @param outgoing what has been written of the response and has not left yet */
    CallEnding(Vertx vertx, GrpcServerRequest<?, ?> request, Outgoing outgoing) {
        this.vertx = vertx;
        this.response = request.response();
        this.connection = new StalledConnection(request.connection());
        this.outgoing = outgoing;
    }

    /** Ends it with a status. */
    Future<Void> with(Status status) {
        response.status(GrpcStatus.valueOf(status.getCode()));
        CallRefusal.describe(status, response.trailers());
        return response.end();
    }

    /**
     * Ends it with a status behind what has not left yet. A client that stopped reading would never see it: it is
     * reset.
     */
    Future<Void> whenRead(Status status) {
        if (outgoing.isEmpty()) {
            return with(status);
        }
        Promise<Void> read = Promise.promise();
        long patience = vertx.setTimer(LAST_READ.toMillis(), id -> read.tryFail("the client does not read"));
        outgoing.whenEmpty().onComplete(v -> read.tryComplete());
        return read.future().transform(done -> {
            vertx.cancelTimer(patience);
            if (done.succeeded()) {
                return with(status);
            }
            response.cancel();
            connection.cut();
            return Future.succeededFuture();
        });
    }
}
