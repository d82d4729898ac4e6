package dev.glimpse.api.rpc;

import com.google.protobuf.Message;
import com.google.rpc.Status;
import dev.glimpse.access.Grant;
import dev.glimpse.generation.Failure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.GrpcServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call that is answered any number of times: it reads requests, writes responses, and ends exactly once. Confined
 * to the event loop of its connection.
 */
public final class StreamingCall<Q extends Message, R extends Message> {
    /*
     * Vert.x tells in three ways that a client has gone: a reset stream calls the request's error handler, a lost
     * connection calls the response's exception handler, and a passed deadline is a timer. Whichever comes first ends
     * the call; after that the response throws on every write, so nothing below writes once the call is over.
     */

    /** What a client's messages mean; whatever it throws ends the call as an internal error. */
    public interface Inbound<Q extends Message> {
        /** The client sent a message. */
        void received(Q request);

        /** The client will send nothing more. */
        void halfClosed();
    }

    private static final Logger LOG = LoggerFactory.getLogger(StreamingCall.class);

    private final Vertx vertx;
    private final GrpcServerRequest<Q, R> request;
    private final GrpcServerResponse<Q, R> response;
    private final CallTerms<Q> terms;
    private final CallTimer timer;
    private final Inbound<Q> inbound;
    private final Outgoing outgoing = new Outgoing();
    private final CallEnding ending;
    private final CallBonds bonds;
    private boolean over;
    private Runnable unfinished = () -> {};

    /** @param inbound made for this call */
    public StreamingCall(
            Vertx vertx,
            GrpcServerRequest<Q, R> request,
            CallTerms<Q> terms,
            Function<StreamingCall<Q, R>, Inbound<Q>> inbound) {
        this.vertx = vertx;
        this.request = request;
        this.response = request.response();
        this.ending = new CallEnding(vertx, request, outgoing);
        this.terms = terms;
        this.timer = new CallTimer(
                vertx,
                System::nanoTime,
                () -> end(() -> ending.whenRead(GrpcErrors.of(new Failure.DeadlineExceeded()))));
        this.bonds = new CallBonds(vertx);
        this.inbound = inbound.apply(this);
    }

    /** Begins to read. */
    public void open() {
        response.exceptionHandler(e -> abandon());
        request.exceptionHandler(e -> abandon());
        request.errorHandler(e -> abandon());
        request.invalidMessageHandler(e -> fail(terms.parser().refusal(e)));
        request.messageHandler(received -> guard(() -> take(received)));
        request.endHandler(v -> guard(() -> {
            if (!over) {
                inbound.halfClosed();
            }
        }));
        guard(this::startTimer);
    }

    /** Ends the call as unauthenticated once the grant is revoked that its caller came in with. */
    public void endWith(Grant grant) {
        bonds.grant(grant, () -> fail(GrpcErrors.revoked()));
    }

    /** What to do once the connection is to end, for a call that would stay open until it is cut. */
    public void onFarewell(Runnable action) {
        bonds.connection(request.connection(), () -> guard(action));
    }

    /** Whether it speaks gRPC-Web, so that its connection may be one of HTTP/1.1, which has no pings. */
    public boolean isWeb() {
        return String.valueOf(request.headers().get("content-type")).startsWith("application/grpc-web");
    }

    /** How long the client waits, as it said but no longer than the server allows; absent if it did not say. */
    public Optional<Duration> timeout() {
        return timer.timeout();
    }

    /**
     * What is left of that time now, for what the client asks for while the call goes on; more than 0, and absent if it
     * did not say how long it waits.
     */
    public Optional<Duration> timeLeft() {
        return timer.timeLeft();
    }

    /** Whether a write has not been taken by the client's flow control yet. */
    public boolean writing() {
        return !outgoing.isEmpty();
    }

    /** What to do once the call ends in any other way than {@link #complete}; at once if it has. */
    public void onUnfinished(Runnable action) {
        if (over) {
            action.run();
        } else {
            unfinished = action;
        }
    }

    /**
     * Writes one response. The future completes when the client's flow control let it go, so whoever waits for it keeps
     * one response in memory; it fails when the call is over.
     */
    public Future<Void> send(R wire) {
        if (over) {
            return Future.failedFuture("the call is over");
        }
        try {
            return outgoing.write(wire, response::writeMessage);
        } catch (IllegalStateException e) {
            abandon();
            return Future.failedFuture(e);
        }
    }

    /** Ends the call as a success, with one last response; does nothing if it is over. */
    public void complete(R last) {
        if (!over) {
            unfinished = () -> {};
            end(() -> response.endMessage(Outgoing.packed(last)));
        }
    }

    /** Ends the call as a success; does nothing if it is over. */
    public void complete() {
        if (!over) {
            unfinished = () -> {};
            end(response::end);
        }
    }

    /** Stops reading what the client sends. */
    public void holdInput() {
        request.pause();
    }

    /** Reads on. */
    public void readInput() {
        if (!over) {
            request.resume();
        }
    }

    /** Ends the call with an error; does nothing if it is over. */
    public void fail(Status status) {
        end(() -> ending.with(status));
    }

    /** Ends the call because of a bug, and logs it under the id that the client is told. */
    public void fail(String requestId, Throwable bug) {
        if (!over) {
            LOG.error("request {}: {} failed", requestId, request.fullMethodName(), bug);
            fail(GrpcErrors.of(new Failure.Internal(requestId)));
        }
    }

    /** The same before it has an id. */
    public void fail(Throwable bug) {
        fail(UUID.randomUUID().toString(), bug);
    }

    /** Runs part of the answer; what it throws ends the call as an internal error, logged once. */
    public void guard(Runnable part) {
        try {
            terms.work().accept(part);
        } catch (RuntimeException | Error e) {
            fail(e);
            if (e instanceof VirtualMachineError fatal) {
                throw fatal;
            }
        }
    }

    private void startTimer() {
        try {
            timer.start(request.headers().get("grpc-timeout"), terms.maxDuration());
        } catch (IllegalArgumentException e) {
            fail(GrpcErrors.protocol(GrpcStatus.INVALID_ARGUMENT, String.valueOf(e.getMessage())));
        }
    }

    private void take(GrpcMessage received) {
        if (over) {
            return;
        }
        try {
            inbound.received(terms.parser().parse(received));
        } catch (RequestParser.RefusedException e) {
            fail(e.status());
        }
    }

    private void abandon() {
        end(Future::succeededFuture);
    }

    private void end(Supplier<Future<Void>> last) {
        if (over) {
            return;
        }
        over = true;
        timer.cancel();
        bonds.release();
        try {
            last.get().onFailure(e -> LOG.debug("{} ended while its client left", request.fullMethodName(), e));
        } catch (IllegalStateException e) {
            LOG.debug("{} ended after its client left", request.fullMethodName(), e);
        } finally {
            unfinished.run();
        }
    }
}
