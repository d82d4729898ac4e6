package dev.glimpse.cli;

import dev.glimpse.access.CrossOrigin;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Origins;
import dev.glimpse.api.grpc.AdminDoor;
import dev.glimpse.api.grpc.ConnectionCare;
import dev.glimpse.api.grpc.GrpcDoor;
import dev.glimpse.api.http.ModelEndpoints;
import dev.glimpse.api.http.NoPages;
import dev.glimpse.api.http.RouterErrors;
import dev.glimpse.api.oip.OipDoor;
import dev.glimpse.api.websocket.WebSocketDoor;
import dev.glimpse.config.Settings;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.GenerationSettings;
import dev.glimpse.generation.Scoring;
import dev.glimpse.generation.ShelfKeeper;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.observability.HealthEndpoints;
import dev.glimpse.observability.LogLevel;
import dev.glimpse.observability.Observability;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server: every service of the process, made and connected here and nowhere else.
 *
 * <p>Started and closed by one thread, which must not be an event loop: both wait.
 */
final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /** Far longer than any start takes; past it something hangs, and saying so beats waiting. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    /** Time for the last bytes and for closing handshakes, after the running requests have ended. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final Settings settings;
    private final Vertx vertx;
    private final GenerationService generation;
    private final Readiness readiness;
    private final ServerHealth health;
    private final Observability observability;
    private final HttpServer admin;
    private final HttpServer open;
    private final Map<String, Long> parameters;

    private Server(Settings settings, ServerDevices devices, Vertx vertx, ModelLoading models, Runnable stop)
            throws InterruptedException {
        this.settings = settings;
        this.vertx = vertx;
        parameters = models.parameters();
        readiness = new Readiness();
        observability = new Observability(ServerOptions.observability(settings, devices.names()));
        Router operators = Router.router(vertx);
        RouterErrors.mount(operators);
        health = new ServerHealth(readiness, observability);
        new HealthEndpoints(health.checks()).mount(operators);
        LogLevel logLevel = new LogLevel();
        logLevel.mount(operators);
        observability.mount(operators, health::notReadyBecause);
        ServerOperations operations = new ServerOperations(logLevel, () -> drain(stop));
        AdminDoor adminDoor = new AdminDoor(
                vertx, operations, health::isReady, settings.server().maxMessageBytes());
        admin = listen(
                vertx.createHttpServer().requestHandler(new NoPages(request -> {
                    if (adminDoor.accepts(request)) {
                        adminDoor.handle(request);
                    } else {
                        operators.handle(request);
                    }
                })),
                "server.admin-host",
                settings.server().adminHost(),
                settings.server().adminPort());
        generation = await(
                GenerationService.start(
                        vertx,
                        models.catalog(devices),
                        core(devices),
                        observability.listener(),
                        new Scoring(
                                Optional.of(new LikelihoodScorer()),
                                settings.scoring().toScoringSettings())),
                START_LIMIT);
        health.loaded(generation);
        models.broken().forEach(b -> generation.shelf().broken(b.name(), b.version(), b.reason()));
        ShelfKeeper keeper = new ShelfKeeper(
                vertx,
                generation.shelf(),
                (name, version) -> ModelLoading.find(settings.models(), devices, name, version));
        new ModelEndpoints(generation.shelf(), keeper).mount(operators);
        operations.loaded(generation, keeper);
        observability.serving(generation::models, () -> health.broken().size());
        devices.workers().stream()
                .filter(ComputeDevice::isGpu)
                .forEach(gpu -> observability.memory(gpu.label(), gpu::takenBytes));
        readiness.started();
        open = listen(
                openServer(),
                "server.host",
                settings.server().host(),
                settings.server().port());
        readiness.ready();
    }

    /**
     * Reads the models, loads them onto every worker and opens the ports.
     *
     * @param stop asks whoever started the server to close it, which is what an operator may want; any number of times
     * @throws RuntimeException when one of these fails; then nothing is left running
     */
    static Server start(Settings settings, Runnable stop) throws InterruptedException {
        ServerDevices devices = ServerDevices.find(settings);
        ModelLoading models = ModelLoading.read(settings.models());
        Vertx vertx = Vertx.vertx(ServerOptions.vertx());
        try {
            return new Server(settings, devices, vertx, models, stop);
        } catch (InterruptedException | RuntimeException e) {
            await(vertx.close(), START_LIMIT);
            throw e;
        }
    }

    /** The public port in use. */
    int port() {
        return open.actualPort();
    }

    /** The admin port in use. */
    int adminPort() {
        return admin.actualPort();
    }

    Banner.Facts facts() {
        return new Banner.Facts(
                Addresses.reachable(settings.server().host()),
                port(),
                settings.tls().certificate().isPresent(),
                "http://" + Addresses.reachable(settings.server().adminHost()) + ":" + adminPort(),
                generation.models().stream()
                        .map(m -> new Banner.Model(m, parameters.getOrDefault(m.name() + "/" + m.version(), 0L)))
                        .toList());
    }

    /** Stops accepting, lets running requests end within the grace period, and releases everything. */
    @Override
    public void close() {
        readiness.draining();
        Duration grace = settings.server().shutdownGrace();
        Future<Void> connections = open.shutdown(grace.plus(FAREWELL).toMillis(), TimeUnit.MILLISECONDS);
        quietly(generation.close(), grace.plus(FAREWELL), "running requests");
        // What is still open now only has its last bytes to take; an idle connection would stay for ever.
        quietly(connections, FAREWELL, "open connections");
        quietly(open.close(), FAREWELL, "the public port");
        quietly(admin.close(), FAREWELL, "the admin port");
        // What hangs would let nobody leave.
        Duration patience = generation.devices().hung() == 0 ? START_LIMIT : FAREWELL;
        quietly(vertx.close(), patience, "the event loops");
        observability.close();
    }

    /** Not ready from here on, whoever asks first: the answer to an operator must not come before. */
    private Duration drain(Runnable stop) {
        readiness.draining();
        stop.run();
        return settings.server().shutdownGrace();
    }

    private GenerationSettings core(ServerDevices devices) {
        GenerationSettings core = ServerOptions.generation(settings, devices);
        settings.resume()
                .keysFile()
                .ifPresent(file -> FileWatch.start(
                        vertx,
                        settings.resume().reloadEvery(),
                        List.of(file),
                        () -> core.resume().keys().replaceBy(ServerOptions.resumeKeys(file))));
        return core;
    }

    private HttpServer openServer() {
        ServerAccess access = ServerAccess.start(vertx, settings.access());
        Origins origins = Origins.of(settings.access().origins());
        WebSocketDoor webSocket =
                new WebSocketDoor(door(access, "websocket"), origins, ServerOptions.webSocket(settings.websocket()));
        OipDoor inference = new OipDoor(
                vertx, door(access, "oip"), ServerOptions.version(), health::isReady, ServerOptions.oip(settings));
        GrpcDoor grpc = new GrpcDoor(
                vertx,
                door(access, "grpc"),
                health::isReady,
                settings.server().maxMessageBytes(),
                settings.sessions().maxGenerations(),
                List.of(inference.service()));
        Router router = Router.router(vertx);
        PlainHttp.mount(router, door(access, "http"), origins, settings);
        inference.mount(router, origins);
        webSocket.mount(router);
        HttpServerOptions options = ServerOptions.http(settings.server(), ServerOptions.idle(settings));
        webSocket.configure(options);
        // gRPC goes around the router, whose handlers would read a request before the gRPC server can.
        Handler<HttpServerRequest> calls = observability.taking("grpc", grpc::handle);
        Handler<HttpServerRequest> others = observability.taking("http", router);
        Handler<HttpServerRequest> doors = request -> (grpc.accepts(request) ? calls : others).handle(request);
        ServerTls tls = new ServerTls(vertx, settings.tls());
        tls.configure(options);
        observability.certificate(tls::expiry);
        HttpServer server = vertx.createHttpServer(options)
                .requestHandler(new CrossOrigin(origins, observability.before(doors)))
                .connectionHandler(new ConnectionCare(vertx, ServerOptions.connections(settings.server())));
        tls.follow(server);
        return server;
    }

    private Entrance door(ServerAccess access, String name) {
        return access.entrance(client -> observability.door(name, client.tenant(), generation.as(client)));
    }

    private static HttpServer listen(HttpServer server, String hostKey, String host, int port)
            throws InterruptedException {
        try {
            return await(server.listen(port, host), START_LIMIT);
        } catch (RuntimeException e) {
            throw Addresses.explain(e, hostKey, host, port);
        }
    }

    private static <T> T await(Future<T> future, Duration limit) throws InterruptedException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer within " + limit.toSeconds() + " s", e);
        }
    }

    private static void quietly(Future<Void> future, Duration limit, String what) {
        try {
            await(future, limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // A client that answers no closing handshake is no news.
            LOG.debug("Closing {}: {}", what, e.getMessage());
        }
    }
}
