package dev.glimpse.api;

import com.google.protobuf.MessageLite;
import dev.glimpse.api.grpc.CuttableWire;
import dev.glimpse.generation.Core;
import glimpse.wire.inference.InferParameter;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.PreviewKind;
import glimpse.wire.v1.SessionRequest;
import glimpse.wire.v1.Stop;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A client that asks for one picture and leaves in its own way. */
final class LeavingClient implements AutoCloseable {
    private static final long NO_ERROR = 0;
    private static final long REFUSED = 7;
    private static final long CANCEL = 8;

    /** Long enough to come to any point of the request's life first. */
    private static final String TIMEOUT = "2500m";

    private final Leaving leaving;
    private final CuttableWire wire;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http;
    private final HttpClient oldHttp = vertx.createHttpClient();
    // A field, because Vert.x closes a client, and its sockets with it, when nobody refers to it any more.
    private final WebSocketClient sockets = vertx.createWebSocketClient();
    private @Nullable HttpClientRequest call;
    private @Nullable WebSocket socket;

    LeavingClient(Leaving leaving, CuttableWire wire) {
        this.leaving = leaving;
        this.wire = wire;
        Http2Settings settings = leaving.stalled() ? new Http2Settings().setInitialWindowSize(0) : new Http2Settings();
        http = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setInitialSettings(settings));
    }

    /** Asks for a picture in so many steps, without previews. */
    void ask(int steps) {
        if (leaving.grpc()) {
            call("/glimpse.v1.Glimpse/Generate");
            Core.await(call.end(frame(request(steps))));
        } else if (leaving.session()) {
            call("/glimpse.v1.Glimpse/Session");
            Core.await(call.write(frame(SessionRequest.newBuilder()
                    .setId("g")
                    .setStart(request(steps))
                    .build())));
        } else if (leaving == Leaving.INFER_CANCEL) {
            call("/inference.GRPCInferenceService/ModelStreamInfer");
            Core.await(call.write(frame(infer(steps))));
        } else if (leaving.plainHttp()) {
            callPlain(leaving == Leaving.EVENTS_CANCEL || leaving.stalled() ? http : oldHttp, steps);
        } else {
            socket = Core.await(sockets.connect(wire.port(), "127.0.0.1", "/v1/stream"));
            Core.await(socket.writeTextMessage("{\"type\":\"generate\",\"id\":\"g\",\"preview\":\"none\",\"seed\":1,"
                    + "\"class\":1,\"steps\":" + steps + "}"));
        }
    }

    private static GenerateRequest request(int steps) {
        return GenerateRequest.newBuilder()
                .setSteps(steps)
                .setSeed(1)
                .setClassIndex(1)
                .setPreview(PreviewKind.PREVIEW_KIND_NONE)
                .build();
    }

    private static ModelInferRequest infer(int steps) {
        return ModelInferRequest.newBuilder()
                .putParameters(
                        "steps",
                        InferParameter.newBuilder().setInt64Param(steps).build())
                .putParameters(
                        "seed", InferParameter.newBuilder().setInt64Param(1).build())
                .putParameters(
                        "class_index",
                        InferParameter.newBuilder().setInt64Param(1).build())
                .putParameters(
                        "preview",
                        InferParameter.newBuilder().setStringParam("none").build())
                .build();
    }

    private void callPlain(HttpClient client, int steps) {
        call = Core.await(client.request(new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("127.0.0.1")
                .setPort(wire.port())
                .setURI("/v1/generate?preview=none&seed=1&class=1&steps=" + steps)));
        call.putHeader("accept", leaving == Leaving.REST_CLOSE ? "application/json" : "text/event-stream");
        call.response().onSuccess(response -> response.exceptionHandler(e -> {}));
        Core.await(call.end());
    }

    private void call(String path) {
        call = Core.await(http.request(new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(wire.port())
                .setURI(path)));
        call.setChunked(true).putHeader("te", "trailers").putHeader("content-type", "application/grpc");
        if (leaving == Leaving.GRPC_TIMEOUT) {
            call.putHeader("grpc-timeout", TIMEOUT);
        }
        call.response().onSuccess(response -> response.exceptionHandler(e -> {}));
    }

    private static Buffer frame(MessageLite message) {
        byte[] bytes = message.toByteArray();
        return Buffer.buffer().appendByte((byte) 0).appendInt(bytes.length).appendBytes(bytes);
    }

    void leave() throws IOException {
        switch (leaving) {
            case GRPC_CANCEL, SESSION_CANCEL, EVENTS_CANCEL, INFER_CANCEL -> call.reset(CANCEL);
            case GRPC_RESET_NO_ERROR -> call.reset(NO_ERROR);
            case GRPC_RESET_REFUSED -> call.reset(REFUSED);
            case SESSION_STOP ->
                Core.await(call.write(frame(SessionRequest.newBuilder()
                        .setId("g")
                        .setStop(Stop.getDefaultInstance())
                        .build())));
            case SOCKET_CANCEL -> Core.await(socket.writeTextMessage("{\"type\":\"cancel\",\"id\":\"g\"}"));
            // The server answers when it likes; the test waits for what it does and not for that.
            case SOCKET_CLOSE -> socket.close();
            case EVENTS_CLOSE, REST_CLOSE -> call.connection().close();
            case GRPC_CONNECTION_LOST,
                    SESSION_CONNECTION_LOST,
                    SOCKET_CONNECTION_LOST,
                    EVENTS_CONNECTION_LOST,
                    GRPC_STALLED_AND_LOST,
                    SESSION_STALLED_AND_LOST,
                    EVENTS_STALLED_AND_LOST -> wire.cut();
            case GRPC_CONNECTION_HALF_CLOSED,
                    SESSION_CONNECTION_HALF_CLOSED,
                    SOCKET_CONNECTION_HALF_CLOSED,
                    EVENTS_CONNECTION_HALF_CLOSED -> wire.halfClose();
            // It passes by itself.
            case GRPC_TIMEOUT -> {}
        }
    }

    @Override
    public void close() throws IOException {
        // Without the wire nobody waits for a closing handshake.
        wire.cut();
        Core.await(vertx.close());
    }
}
