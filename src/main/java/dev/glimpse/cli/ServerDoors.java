package dev.glimpse.cli;

import dev.glimpse.access.CrossOrigin;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.grpc.GrpcDoor;
import dev.glimpse.api.oip.OipDoor;
import dev.glimpse.api.web.OneHost;
import dev.glimpse.api.websocket.WebSocketDoor;
import dev.glimpse.config.Settings;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.observability.Observability;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Function;

/** The doors of a server's public port, who may pass them, and their TLS. */
final class ServerDoors {
    private final Vertx vertx;
    private final Settings settings;
    private final ServerAccess access;
    private final ServerTls tls;
    private final List<Context> loops;

    private ServerDoors(Vertx vertx, Settings settings, ServerAccess access, ServerTls tls, List<Context> loops) {
        this.vertx = vertx;
        this.settings = settings;
        this.access = access;
        this.tls = tls;
        this.loops = loops;
    }

    /**
     * Reads the keys and the certificates and looks whether the port is free, so that an operator's mistake is told
     * before the models are loaded, which takes long; and takes event loops, before the core has one of its own.
     *
     * @throws IllegalArgumentException when the keys cannot be used
     * @throws WrongInputException when the certificates cannot, or the address
     */
    static ServerDoors prepare(Vertx vertx, Settings settings) {
        Addresses.requireFree(
                "server.host", settings.server().host(), settings.server().port());
        ServerTls tls = new ServerTls(vertx, settings.tls());
        // Read again for the port itself, as they may be renewed while the models are loaded.
        tls.configure(new HttpServerOptions());
        List<Context> loops = SharedPort.loops(vertx, ServerOptions.eventLoops(settings.server()));
        return new ServerDoors(vertx, settings, ServerAccess.start(vertx, settings.access()), tls, loops);
    }

    /** All of them before a core, at a port that is yet to open. */
    SharedPort open(GenerationService generation, ServerHealth health, Observability observability) {
        Function<String, Entrance> door = name -> {
            observability.open(name);
            return access.entrance(
                            client -> observability.door(name, client.tenant(), client.rank(), generation.as(client)))
                    .working(observability.work(name));
        };
        Origins origins = Origins.of(settings.access().origins());
        WebSocketDoor webSocket =
                new WebSocketDoor(door.apply("websocket"), origins, ServerOptions.webSocket(settings));
        OipDoor inference = new OipDoor(
                vertx, door.apply("oip"), ServerOptions.version(), health::isReady, ServerOptions.oip(settings));
        GrpcDoor grpc = new GrpcDoor(
                vertx,
                door.apply("grpc"),
                health::isReady,
                settings.server().maxMessageBytes(),
                settings.sessions().maxGenerations(),
                List.of(inference.service()));
        Router router = Router.router(vertx);
        PlainHttp.mount(router, door.apply("http"), origins, settings);
        inference.mount(router, origins);
        webSocket.mount(router);
        HttpServerOptions options = ServerOptions.http(settings.server(), ServerOptions.idle(settings));
        webSocket.configure(options);
        // gRPC goes around the router, whose handlers would read a request before the gRPC server can.
        Handler<HttpServerRequest> calls = observability.taking("grpc", grpc::handle);
        Handler<HttpServerRequest> others = observability.taking("http", router);
        Handler<HttpServerRequest> doors = request -> (grpc.accepts(request) ? calls : others).handle(request);
        tls.configure(options);
        observability.certificate("server", tls::expiry);
        observability.certificate("client_ca", tls::clientCaExpiry);
        Handler<HttpServerRequest> requests = new OneHost(new CrossOrigin(origins, observability.before(doors)));
        Handler<HttpConnection> connections = ServerOptions.eachConnection(vertx, settings.server());
        SharedPort port = new SharedPort(
                loops,
                () -> vertx.createHttpServer(options).requestHandler(requests).connectionHandler(connections));
        tls.follow(port.first());
        return port;
    }
}
