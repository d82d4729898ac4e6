package dev.glimpse.api.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.client.GrpcClientRequest;
import io.vertx.grpc.client.GrpcClientResponse;
import io.vertx.grpc.common.ServiceMethod;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A client of the door: whole calls through vertx-grpc, and pieces of calls through plain HTTP/2. */
final class WireClient implements AutoCloseable {
    static final String GENERATE = "/glimpse.v1.Glimpse/Generate";

    private final Vertx vertx = Vertx.vertx();
    private final GrpcClient grpc = GrpcClient.client(vertx);
    private final HttpClient http = vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    private final int port;

    WireClient(int port) {
        this.port = port;
    }

    /** How a call went: its messages, and the status at its end. */
    record Outcome<R>(List<R> messages, int code, Status details) {
        static <R> Outcome<R> of(List<R> messages, MultiMap headers, MultiMap trailers) {
            MultiMap last = headers.contains("grpc-status") ? headers : trailers;
            String details = last.get("grpc-status-details-bin");
            try {
                Status status = details == null
                        ? Status.getDefaultInstance()
                        : Status.parseFrom(Base64.getDecoder().decode(details));
                return new Outcome<>(messages, Integer.parseInt(last.get("grpc-status")), status);
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    Outcome<GenerateEvent> generate(GenerateRequest request) throws Exception {
        return call(GlimpseGrpcClient.Generate, request);
    }

    /** Starts a call and tells of each event as it comes; the future holds them all once the stream has ended. */
    CompletableFuture<List<GenerateEvent>> generate(GenerateRequest request, Consumer<GenerateEvent> listener) {
        CompletableFuture<List<GenerateEvent>> all = new CompletableFuture<>();
        List<GenerateEvent> events = new ArrayList<>();
        vertx.runOnContext(v -> request(GlimpseGrpcClient.Generate)
                .compose(call -> call.send(request))
                .onFailure(all::completeExceptionally)
                .onSuccess(response -> {
                    response.handler(event -> {
                        events.add(event);
                        listener.accept(event);
                    });
                    response.exceptionHandler(all::completeExceptionally);
                    response.endHandler(end -> all.complete(events));
                }));
        return all;
    }

    <Q, R> Outcome<R> call(ServiceMethod<R, Q> method, Q message) throws Exception {
        return await(() -> {
            Promise<Outcome<R>> outcome = Promise.promise();
            request(method)
                    .compose(request -> request.send(message))
                    .onSuccess(response -> collect(response, outcome))
                    .onFailure(outcome::tryFail);
            return outcome.future();
        });
    }

    /** The same, telling the server how many milliseconds the client waits. */
    <Q, R> Outcome<R> callWithin(ServiceMethod<R, Q> method, Q message, long millis) throws Exception {
        return await(() -> {
            Promise<Outcome<R>> outcome = Promise.promise();
            request(method)
                    .compose(request -> {
                        request.headers().set("grpc-timeout", millis + "m");
                        return request.send(message);
                    })
                    .onSuccess(response -> collect(response, outcome))
                    .onFailure(outcome::tryFail);
            return outcome.future();
        });
    }

    <Q, R> Future<GrpcClientRequest<Q, R>> request(ServiceMethod<R, Q> method) {
        return grpc.request(SocketAddress.inetSocketAddress(port, "127.0.0.1"), method);
    }

    private static <Q, R> void collect(GrpcClientResponse<Q, R> response, Promise<Outcome<R>> outcome) {
        List<R> messages = new ArrayList<>();
        response.handler(messages::add);
        response.exceptionHandler(outcome::tryFail);
        response.endHandler(v -> outcome.tryComplete(Outcome.of(messages, response.headers(), response.trailers())));
    }

    /** Starts a call whose pieces a test sends itself. */
    HttpClientRequest open(String path, Map<String, String> headers) throws Exception {
        HttpClientRequest request = await(() -> http.request(new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path)));
        request.setChunked(true).putHeader("te", "trailers").putHeader("content-type", "application/grpc");
        headers.forEach(request::putHeader);
        return request;
    }

    /** Sends a body, closes this side, and waits for the end of the answer. */
    Outcome<byte[]> finish(HttpClientRequest request, Buffer body) throws Exception {
        return await(() -> {
            Promise<Outcome<byte[]>> outcome = Promise.promise();
            request.response().onFailure(outcome::tryFail).onSuccess(response -> collect(response, outcome));
            return request.end(body).compose(v -> outcome.future());
        });
    }

    private static void collect(HttpClientResponse response, Promise<Outcome<byte[]>> outcome) {
        Buffer body = Buffer.buffer();
        response.handler(body::appendBuffer);
        response.exceptionHandler(outcome::tryFail);
        response.endHandler(v ->
                outcome.tryComplete(Outcome.of(List.of(body.getBytes()), response.headers(), response.trailers())));
    }

    /** A message in its frame. */
    static Buffer frame(boolean compressed, byte[] payload) {
        return Buffer.buffer()
                .appendByte((byte) (compressed ? 1 : 0))
                .appendInt(payload.length)
                .appendBytes(payload);
    }

    /** Runs on a Vert.x context: called from elsewhere, the client can lose the first messages of an answer. */
    <T> T await(Callable<Future<T>> action) throws Exception {
        Promise<T> promise = Promise.promise();
        vertx.runOnContext(v -> {
            try {
                action.call().onComplete(promise);
            } catch (Exception e) {
                promise.fail(e);
            }
        });
        return promise.future().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
