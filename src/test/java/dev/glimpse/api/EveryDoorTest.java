package dev.glimpse.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.grpc.GrpcDoor;
import dev.glimpse.api.http.GenerateEndpoint;
import dev.glimpse.api.oip.OipDoor;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.Doorway;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.api.web.SseReader;
import dev.glimpse.api.websocket.WebSocketDoor;
import dev.glimpse.api.websocket.WebSocketSettings;
import dev.glimpse.generation.Core;
import glimpse.wire.inference.GRPCInferenceServiceGrpcClient;
import glimpse.wire.inference.InferParameter;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ModelInferResponse;
import glimpse.wire.inference.ModelStreamInferResponse;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.ImageFormat;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The same request at every door of one server, with the model that comes with the program. */
@Timeout(120)
@ExtendWith(VertxExtension.class)
class EveryDoorTest {
    private static final int STEPS = 3;
    private static final int COUNT = 2;
    private static final long SEED = 0xfedc_ba98_7654_3210L;
    private static final int MAX_BYTES = 65_536;
    private static final JsonObject REQUEST = new JsonObject()
            .put("steps", STEPS)
            .put("count", COUNT)
            .put("seed", Long.toUnsignedString(SEED))
            .put("class_index", 8)
            .put("gamma", 0.5)
            .put("format", "raw_u8");

    private static final Vertx CLIENTS = Vertx.vertx();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static LiveService live;
    private static HttpServer server;
    private static byte[] overGrpc;

    @BeforeAll
    static void start(Vertx vertx) throws Exception {
        live = new LiveService();
        Entrance entrance = Open.entrance(live.generator());
        EventStreamSettings events = new EventStreamSettings(Duration.ofSeconds(10), Duration.ofSeconds(20));
        BodyBounds bodies = new BodyBounds(MAX_BYTES, Duration.ofSeconds(30));
        OipDoor oip = new OipDoor(vertx, entrance, "1", () -> true, new OipDoor.Settings(bodies, 4, events));
        GrpcDoor grpc = new GrpcDoor(vertx, entrance, () -> true, MAX_BYTES, 4, List.of(oip.service()));
        WebSocketDoor webSocket = new WebSocketDoor(
                entrance,
                Origins.of(List.of()),
                new WebSocketSettings(4, 4, MAX_BYTES, Duration.ofSeconds(30), Duration.ofSeconds(30)));
        HttpServerOptions options = new HttpServerOptions();
        webSocket.configure(options);
        Router router = Router.router(vertx);
        new GenerateEndpoint(new Doorway(entrance, Origins.of(List.of())), events, bodies).mount(router);
        oip.mount(router, Origins.of(List.of()));
        webSocket.mount(router);
        server = Core.await(vertx.createHttpServer(options)
                .requestHandler(request -> {
                    if (grpc.accepts(request)) {
                        grpc.handle(request);
                    } else {
                        router.handle(request);
                    }
                })
                .listen(0, "127.0.0.1"));
        overGrpc = joined(call(
                        GlimpseGrpcClient.Generate,
                        GenerateRequest.newBuilder()
                                .setSteps(STEPS)
                                .setCount(COUNT)
                                .setSeed(SEED)
                                .setClassIndex(8)
                                .setGamma(0.5)
                                .setImageFormat(ImageFormat.IMAGE_FORMAT_RAW_U8)
                                .build())
                .stream()
                .filter(event -> event.hasStep() && event.getStep().getLast())
                .map(GenerateEvent::getStep)
                .map(step -> new Picture(step.getSample(), step.getImage().toByteArray()))
                .toList());
        assertThat(overGrpc).hasSize(COUNT * 28 * 28);
    }

    @AfterAll
    static void stop() throws Exception {
        Core.await(server.close());
        Core.await(CLIENTS.close());
        live.close();
    }

    /** A final picture and its place. */
    private record Picture(int sample, byte[] bytes) {}

    private static byte[] joined(List<Picture> pictures) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        pictures.stream()
                .sorted(Comparator.comparingInt(Picture::sample))
                .forEach(picture -> all.writeBytes(picture.bytes()));
        return all.toByteArray();
    }

    private static Picture picture(JsonObject step) {
        return new Picture(step.getInteger("sample"), Base64.getDecoder().decode(step.getString("image")));
    }

    private static HttpRequest.Builder post(String path, JsonObject body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode()));
    }

    private static JsonObject json(HttpRequest.Builder request) throws Exception {
        return new JsonObject(
                HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
    }

    @Test
    void restGivesTheBytesOfGrpc() throws Exception {
        JsonArray pictures = json(post("/v1/generate", REQUEST)).getJsonArray("pictures");

        assertThat(joined(pictures.stream()
                        .map(picture -> picture((JsonObject) picture))
                        .toList()))
                .isEqualTo(overGrpc);
    }

    @Test
    void eventsGiveTheBytesOfGrpc() throws Exception {
        HttpRequest request = post("/v1/generate", REQUEST)
                .header("Accept", "text/event-stream")
                .build();
        try (SseReader events = SseReader.open(HTTP, request)) {
            assertThat(joined(events.rest().stream()
                            .filter(event -> event.name().equals("step"))
                            .map(SseReader.Event::json)
                            .filter(step -> step.getBoolean("last"))
                            .map(EveryDoorTest::picture)
                            .toList()))
                    .isEqualTo(overGrpc);
        }
    }

    @Test
    void anAddressGivesTheBytesOfGrpc() throws Exception {
        String query = REQUEST.stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining("&"));
        JsonObject answer = json(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.actualPort() + "/v1/generate?" + query)));

        assertThat(joined(answer.getJsonArray("pictures").stream()
                        .map(picture -> picture((JsonObject) picture))
                        .toList()))
                .isEqualTo(overGrpc);
    }

    @Test
    void theWebSocketGivesTheBytesOfGrpc() {
        Promise<List<Picture>> all = Promise.promise();
        List<Picture> pictures = new ArrayList<>();
        // Kept, because Vert.x closes a client, and its sockets with it, when nobody refers to it any more.
        WebSocketClient sockets = CLIENTS.createWebSocketClient();
        sockets.connect(server.actualPort(), "127.0.0.1", "/v1/stream")
                .onFailure(all::tryFail)
                .onSuccess(socket -> {
                    socket.binaryMessageHandler(message -> {
                        int header = message.getInt(0);
                        JsonObject step = new JsonObject(message.getBuffer(4, 4 + header));
                        if (step.getBoolean("last")) {
                            Buffer image = message.getBuffer(4 + header, message.length());
                            pictures.add(new Picture(step.getInteger("sample"), image.getBytes()));
                        }
                    });
                    socket.textMessageHandler(text -> {
                        if (!new JsonObject(text).getString("type").equals("accepted")) {
                            all.tryComplete(pictures);
                        }
                    });
                    socket.writeTextMessage(REQUEST.copy()
                                    .put("type", "generate")
                                    .put("id", "g")
                                    .encode())
                            .onFailure(all::tryFail);
                });

        assertThat(joined(Core.await(all.future()))).isEqualTo(overGrpc);
        Core.await(sockets.close());
    }

    @Test
    void inferenceOverRestGivesTheBytesOfGrpc() throws Exception {
        JsonObject request = new JsonObject()
                .put("parameters", parameters())
                .put("outputs", new JsonArray().add(new JsonObject().put("name", "image")));
        JsonArray data = json(post("/v2/models/fashion-mnist/infer", request))
                .getJsonArray("outputs")
                .getJsonObject(0)
                .getJsonArray("data");
        byte[] pixels = new byte[data.size()];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (int) data.getInteger(i);
        }

        assertThat(pixels).isEqualTo(overGrpc);
    }

    @Test
    void generationOfTheProtocolGivesTheBytesOfGrpc() throws Exception {
        JsonArray images =
                json(post("/v2/models/fashion-mnist/generate", REQUEST)).getJsonArray("image");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        images.forEach(image -> all.writeBytes(Base64.getDecoder().decode((String) image)));

        assertThat(all.toByteArray()).isEqualTo(overGrpc);
    }

    @Test
    void inferenceOverGrpcGivesTheSameBytesAtOnceAndAsAStream() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("fashion-mnist");
        parameters().forEach(field -> request.putParameters(field.getKey(), parameter(field.getValue())));
        ModelInferResponse response =
                call(GRPCInferenceServiceGrpcClient.ModelInfer, request.build()).get(0);
        List<ModelStreamInferResponse> frames = call(GRPCInferenceServiceGrpcClient.ModelStreamInfer, request.build());

        assertThat(response.getRawOutputContents(0).toByteArray()).isEqualTo(overGrpc);
        assertThat(joined(frames.stream()
                        .map(ModelStreamInferResponse::getInferResponse)
                        .filter(frame -> frame.getParametersMap().get("step").getInt64Param() == STEPS)
                        .map(frame -> new Picture(
                                (int) frame.getParametersMap().get("sample").getInt64Param(),
                                frame.getRawOutputContents(0).toByteArray()))
                        .toList()))
                .isEqualTo(overGrpc);
    }

    /** What inference has no input for is what it always gives. */
    private static JsonObject parameters() {
        JsonObject parameters = REQUEST.copy();
        parameters.remove("format");
        return parameters;
    }

    private static InferParameter parameter(Object value) {
        InferParameter.Builder parameter = InferParameter.newBuilder();
        if (value instanceof Integer number) {
            return parameter.setInt64Param(number).build();
        }
        if (value instanceof Double number) {
            return parameter.setDoubleParam(number).build();
        }
        return parameter.setStringParam((String) value).build();
    }

    /** Every message that answers a call of one request. */
    private static <Q, R> List<R> call(ServiceMethod<R, Q> method, Q request) {
        Promise<List<R>> all = Promise.promise();
        List<R> messages = new ArrayList<>();
        GrpcClient client = GrpcClient.client(CLIENTS);
        Context context = CLIENTS.getOrCreateContext();
        context.runOnContext(v -> client.request(
                        SocketAddress.inetSocketAddress(server.actualPort(), "127.0.0.1"), method)
                .compose(call -> call.send(request))
                .onFailure(all::tryFail)
                .onSuccess(response -> {
                    response.handler(messages::add);
                    response.exceptionHandler(all::tryFail);
                    response.endHandler(end -> all.tryComplete(messages));
                }));
        return Core.await(all.future());
    }
}
