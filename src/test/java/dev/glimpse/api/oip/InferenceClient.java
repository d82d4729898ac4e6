package dev.glimpse.api.oip;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import glimpse.wire.inference.GRPCInferenceServiceGrpcClient;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelStreamInferResponse;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.ServiceMethod;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the gRPC half. */
final class InferenceClient implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final GrpcClient grpc = GrpcClient.client(vertx);
    private final int port;

    InferenceClient(int port) {
        this.port = port;
    }

    /** How a call went. */
    record Outcome<R>(List<R> messages, int code, String message, Status details) {}

    <Q, R> Outcome<R> call(ServiceMethod<R, Q> method, Q message) throws Exception {
        return on(() -> {
            Promise<Outcome<R>> outcome = Promise.promise();
            List<R> messages = new ArrayList<>();
            grpc.request(SocketAddress.inetSocketAddress(port, "127.0.0.1"), method)
                    .compose(request -> request.send(message))
                    .onFailure(outcome::tryFail)
                    .onSuccess(response -> collect(response, messages::add, outcome, messages));
            return outcome.future();
        });
    }

    private static <Q, R> void collect(
            GrpcClientResponse<Q, R> response, Handler<R> listener, Promise<Outcome<R>> outcome, List<R> messages) {
        response.handler(listener);
        response.exceptionHandler(outcome::tryFail);
        response.endHandler(end -> {
            MultiMap last = response.headers().contains("grpc-status") ? response.headers() : response.trailers();
            outcome.tryComplete(new Outcome<>(
                    messages,
                    Integer.parseInt(last.get("grpc-status")),
                    String.valueOf(response.statusMessage()),
                    details(last.get("grpc-status-details-bin"))));
        });
    }

    private static Status details(String encoded) {
        try {
            return encoded == null
                    ? Status.getDefaultInstance()
                    : Status.parseFrom(Base64.getDecoder().decode(encoded));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A stream that a test writes to and reads from. */
    final class Exchange {
        private final GrpcClientRequest<ModelInferRequest, ModelStreamInferResponse> request;
        private final BlockingQueue<ModelStreamInferResponse> messages = new LinkedBlockingQueue<>();
        private final CompletableFuture<Integer> status = new CompletableFuture<>();

        private Exchange(GrpcClientRequest<ModelInferRequest, ModelStreamInferResponse> request) {
            this.request = request;
        }

        void send(ModelInferRequest message) {
            vertx.runOnContext(v -> request.write(message));
        }

        void end() {
            vertx.runOnContext(v -> request.end());
        }

        void cancel() {
            vertx.runOnContext(v -> request.cancel());
        }

        ModelStreamInferResponse next() throws InterruptedException {
            ModelStreamInferResponse message = messages.poll(10, TimeUnit.SECONDS);
            if (message == null) {
                throw new AssertionError("no message came within 10 s");
            }
            return message;
        }

        int status() throws Exception {
            return status.get(10, TimeUnit.SECONDS);
        }
    }

    Exchange exchange(boolean strict) throws Exception {
        return exchange(strict, "");
    }

    /** @param timeout the header of that name; may be empty */
    Exchange exchange(boolean strict, String timeout) throws Exception {
        return on(() -> grpc.request(
                        SocketAddress.inetSocketAddress(port, "127.0.0.1"),
                        GRPCInferenceServiceGrpcClient.ModelStreamInfer)
                .map(request -> {
                    Exchange exchange = new Exchange(request);
                    if (strict) {
                        request.headers().set("triton_grpc_error", "true");
                    }
                    if (!timeout.isEmpty()) {
                        request.headers().set("grpc-timeout", timeout);
                    }
                    Promise<Outcome<ModelStreamInferResponse>> outcome = Promise.promise();
                    outcome.future()
                            .onSuccess(end -> exchange.status.complete(end.code()))
                            .onFailure(exchange.status::completeExceptionally);
                    request.response()
                            .onFailure(outcome::tryFail)
                            .onSuccess(response -> collect(response, exchange.messages::add, outcome, List.of()));
                    return exchange;
                }));
    }

    private <T> T on(Callable<Future<T>> action) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        vertx.runOnContext(v -> {
            try {
                action.call().onSuccess(result::complete).onFailure(result::completeExceptionally);
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }
}
