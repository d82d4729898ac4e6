package dev.glimpse.cli;

import dev.glimpse.config.SettingsLoader;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.LikelihoodEvent;
import glimpse.wire.v1.LikelihoodRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.ServiceMethod;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A whole server in this process with a tiny model, and clients of its doors and of its admin port. */
final class ObservedServer implements AutoCloseable {
    private final Server server;
    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final HttpClient http = HttpClient.newHttpClient();

    ObservedServer(Path directory, String... settings) throws Exception {
        TinyModel.write(directory.resolve("tiny/1"));
        Stream<String> own =
                Stream.of("models.directory=" + directory, "server.port=0", "server.admin-port=0", "devices.workers=1");
        List<SettingsLoader.Flag> flags = Stream.concat(own, Stream.of(settings))
                .map(setting -> setting.split("=", 2))
                .map(pair -> new SettingsLoader.Flag(pair[0], pair[1], "--set"))
                .toList();
        server = Server.start(SettingsLoader.load(Optional.empty(), Map.of(), flags), new CompletableFuture<>());
    }

    /** Runs a request through the gRPC door; every event of it. */
    List<GenerateEvent> grpc(GenerateRequest request, Map<String, String> metadata) throws Exception {
        return grpc(GlimpseGrpcClient.Generate, request, metadata);
    }

    private <Q, E> List<E> grpc(ServiceMethod<E, Q> method, Q request, Map<String, String> metadata) throws Exception {
        Promise<List<E>> events = Promise.promise();
        context.runOnContext(v -> {
            GrpcClient client = GrpcClient.client(vertx);
            client.request(SocketAddress.inetSocketAddress(server.port(), "127.0.0.1"), method)
                    .compose(call -> {
                        metadata.forEach(call.headers()::set);
                        return call.send(request);
                    })
                    .compose(response -> response.collect(Collectors.toList()))
                    .eventually(client::close)
                    .onComplete(events);
        });
        return events.future().await(30, TimeUnit.SECONDS);
    }

    /** Has a picture's likelihood computed over gRPC; every event of it. */
    List<LikelihoodEvent> likelihood(LikelihoodRequest request, Map<String, String> metadata) throws Exception {
        return grpc(GlimpseGrpcClient.Likelihood, request, metadata);
    }

    /** Something that may go wrong in any way. */
    interface Act {
        void run() throws Exception;
    }

    /** Runs a request through the gRPC door whose answer nobody reads, acts once it is there, and goes away. */
    void stalled(GenerateRequest request, Map<String, String> metadata, Act act) throws Exception {
        Promise<GrpcClient> stalled = Promise.promise();
        context.runOnContext(v -> {
            GrpcClient client = GrpcClient.client(vertx);
            client.request(SocketAddress.inetSocketAddress(server.port(), "127.0.0.1"), GlimpseGrpcClient.Generate)
                    .compose(call -> {
                        metadata.forEach(call.headers()::set);
                        return call.send(request);
                    })
                    .map(response -> {
                        response.pause();
                        return client;
                    })
                    .onComplete(stalled);
        });
        GrpcClient client = stalled.future().await(30, TimeUnit.SECONDS);
        act.run();
        client.close().await(10, TimeUnit.SECONDS);
    }

    /** Waits until the metrics are as they should be. */
    void await(Predicate<Scrape> condition) throws Exception {
        for (int look = 0; look < 200; look++) {
            if (condition.test(scrape())) {
                return;
            }
            vertx.timer(50, TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);
        }
        throw new AssertionError("not so within 10 s: " + scrape().text());
    }

    /** The load that a gRPC answer tells of when it is asked for. */
    String load(GenerateRequest request) throws Exception {
        Promise<String> report = Promise.promise();
        context.runOnContext(v -> {
            GrpcClient client = GrpcClient.client(vertx);
            client.request(SocketAddress.inetSocketAddress(server.port(), "127.0.0.1"), GlimpseGrpcClient.Generate)
                    .compose(call -> {
                        call.headers().set("endpoint-load-metrics-format", "text");
                        return call.send(request);
                    })
                    .compose(response -> {
                        response.handler(event -> {});
                        return response.end().map(w -> response.trailers().get("endpoint-load-metrics"));
                    })
                    .eventually(client::close)
                    .onComplete(report);
        });
        return report.future().await(30, TimeUnit.SECONDS);
    }

    HttpResponse<String> open(String path, String... headers) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .headers(headers)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Runs a request through the WebSocket door; its last message. */
    JsonObject webSocket(JsonObject generate, Map<String, String> headers) throws Exception {
        LinkedBlockingQueue<JsonObject> ends = new LinkedBlockingQueue<>();
        WebSocket.Builder builder = http.newWebSocketBuilder();
        headers.forEach(builder::header);
        WebSocket socket = builder.buildAsync(
                        URI.create("ws://127.0.0.1:" + server.port() + "/v1/stream"), new Listening(ends))
                .get(10, TimeUnit.SECONDS);
        socket.sendText(generate.put("type", "generate").put("id", "g1").encode(), true);
        JsonObject end = ends.poll(30, TimeUnit.SECONDS);
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(10, TimeUnit.SECONDS);
        if (end == null) {
            throw new AssertionError("no end within 30 s");
        }
        return end;
    }

    /** The public port. */
    int port() {
        return server.port();
    }

    String adminUrl() {
        return "http://127.0.0.1:" + server.adminPort();
    }

    HttpResponse<String> admin(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(adminUrl() + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    Scrape scrape() throws IOException, InterruptedException {
        return Scrape.of(admin("/metrics").body());
    }

    /** Stops the server and the clients; spans have been sent then. */
    @Override
    public void close() throws Exception {
        Future<Void> clients = vertx.close();
        server.close();
        clients.await(10, TimeUnit.SECONDS);
    }

    /** Keeps the messages that end a request. */
    private static final class Listening implements WebSocket.Listener {
        private final LinkedBlockingQueue<JsonObject> ends;
        private final StringBuilder text = new StringBuilder();

        Listening(LinkedBlockingQueue<JsonObject> ends) {
            this.ends = ends;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonObject message = new JsonObject(text.toString());
                text.setLength(0);
                if (List.of("finished", "failed").contains(message.getString("type"))) {
                    ends.add(message);
                }
            }
            socket.request(1);
            return null;
        }
    }
}
