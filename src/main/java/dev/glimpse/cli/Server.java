package dev.glimpse.cli;

import dev.glimpse.api.grpc.AdminDoor;
import dev.glimpse.api.http.LogLevelEndpoint;
import dev.glimpse.api.http.NoPages;
import dev.glimpse.api.http.RouterErrors;
import dev.glimpse.api.http.ShelfEndpoints;
import dev.glimpse.api.web.NewConnections;
import dev.glimpse.config.Settings;
import dev.glimpse.generation.GenerationService;
import dev.glimpse.generation.GenerationSettings;
import dev.glimpse.generation.ModelCatalog;
import dev.glimpse.generation.Scoring;
import dev.glimpse.generation.ShelfKeeper;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.observability.HealthEndpoints;
import dev.glimpse.observability.LogLevel;
import dev.glimpse.observability.Observability;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A running server: every service of the process, made and connected here and by its parts, and nowhere else.
 *
 * <p>Started and closed by one thread, which must not be an event loop: both wait.
 */
final class Server implements AutoCloseable {
    /** Far longer than any start takes; past it something hangs, and saying so beats waiting. */
    private static final Duration START_LIMIT = Duration.ofMinutes(10);

    /** Models may be many, their files large and a volume slow; a stop ends it before. */
    private static final Duration READ_LIMIT = Duration.ofDays(1);

    /** Time for the last bytes and for closing handshakes, after the running requests have ended. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    /** What threads take to end that have nothing to do any more; past it one hangs, and would let nobody leave. */
    private static final Duration LAST_THREADS = Duration.ofSeconds(3);

    private final Settings settings;
    private final Vertx vertx;
    private final CompletableFuture<String> stop;
    private final GenerationService generation;
    private final Readiness readiness;
    private final ServerHealth health;
    private final Observability observability;
    private final HttpServer admin;
    private final SharedPort open;
    private final Map<String, Long> parameters;

    private Server(Settings settings, Vertx vertx, NewConnections connections, CompletableFuture<String> stop)
            throws InterruptedException {
        this.settings = settings;
        this.vertx = vertx;
        this.stop = stop;
        ServerDoors doors = ServerDoors.prepare(vertx, settings);
        ServerDevices devices = ServerDevices.find(settings);
        GenerationSettings core = core(devices);
        readiness = new Readiness();
        observability = new Observability(ServerOptions.observability(settings, devices.names()));
        observability.connections(connections::open, connections::refused);
        health = new ServerHealth(readiness, observability);
        Router operators = operators();
        LogLevel logLevel = new LogLevel();
        new LogLevelEndpoint(logLevel::level, logLevel::level, settings.server().bodyTimeout()).mount(operators);
        ServerOperations operations = new ServerOperations(logLevel, this::drain);
        admin = adminServer(operators, operations);
        open(
                admin::listen,
                "server.admin-host",
                settings.server().adminHost(),
                settings.server().adminPort());
        ModelLoading models = Waiting.await(ModelLoading.begin(settings.models()), READ_LIMIT, stop);
        parameters = models.parameters();
        generation = Waiting.await(load(models.catalog(devices), core), START_LIMIT, stop);
        health.loaded(generation);
        show(models, devices, operators, operations);
        readiness.started();
        open = doors.open(generation, health, observability);
        open(
                open::listen,
                "server.host",
                settings.server().host(),
                settings.server().port());
        readiness.ready();
    }

    /**
     * Reads the models, loads them onto every worker and opens the ports.
     *
     * @param stop completed with its name by whoever wishes that the server ends; by an operator's wish the server does
     *     so itself. From then on no port is opened; whoever started the server has to close it
     * @throws CancellationException with that name, when the wish comes before the public port is open; then nothing is
     *     left running but what cannot be called off
     * @throws RuntimeException when something fails; then nothing is left running
     */
    static Server start(Settings settings, CompletableFuture<String> stop) throws InterruptedException {
        NewConnections connections = ServerOptions.newConnections(settings.server());
        Vertx vertx = Vertx.builder()
                .with(ServerOptions.vertx(settings.server()))
                .withTransport(connections.over(ServerOptions.transport()))
                .build();
        try {
            return new Server(settings, vertx, connections, stop);
        } catch (InterruptedException | RuntimeException | Error e) {
            // Also where memory ran out: the event loops would keep the program from ending.
            // A model that is being loaded cannot be called off, and keeps nobody here who wishes to leave.
            Waiting.quietly(vertx.close(), stop.isDone() ? FAREWELL : START_LIMIT, "the event loops");
            throw e;
        }
    }

    /** The public port in use. */
    int port() {
        return open.actual();
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

    /**
     * Stops accepting, lets running requests end within the grace period, and releases everything.
     *
     * <p>Each step has a limit. Together with the pause before it, their sum is below terminationGracePeriodSeconds of
     * the Pods in k8s/, which write it out: whoever changes one changes the other.
     */
    @Override
    public void close() {
        readiness.draining();
        Duration grace = settings.server().shutdownGrace();
        Future<Void> connections = open.shutdown(grace.plus(FAREWELL));
        Waiting.quietly(generation.close(), grace.plus(FAREWELL), "running requests");
        // Before anything that may hang, as nobody else knows what they tell.
        observability.sendSpans();
        // What is still open now only has its last bytes to take; an idle connection would stay for ever.
        Waiting.quietly(connections, FAREWELL, "open connections");
        Future<Void> operators = admin.shutdown(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        Waiting.quietly(Future.join(open.close(), operators).mapEmpty(), FAREWELL, "the ports");
        Duration patience = generation.devices().hung() == 0 ? LAST_THREADS : FAREWELL;
        Waiting.quietly(vertx.close(), patience, "the event loops");
        observability.close();
    }

    /** Lets the operator see and change the models, now that they are there. */
    private void show(ModelLoading models, ServerDevices devices, Router operators, ServerOperations operations) {
        models.broken().forEach(b -> generation.shelf().broken(b.name(), b.version(), b.reason()));
        ShelfKeeper keeper = new ShelfKeeper(
                vertx,
                generation.shelf(),
                (name, version) -> ModelLoading.find(settings.models(), devices, name, version));
        new ShelfEndpoints(generation.shelf(), keeper).mount(operators);
        operations.loaded(generation, keeper);
        observability.serving(generation::models, () -> health.broken().size());
        observability.devices(() -> generation.devices().working());
        devices.workers().stream()
                .filter(ComputeDevice::isGpu)
                .forEach(gpu -> observability.memory(gpu.label(), gpu::takenBytes));
    }

    /** Not ready from here on, whoever asks first: the answer to an operator must not come before. */
    private Duration drain() {
        readiness.draining();
        stop.complete("Drain");
        return settings.server().shutdownGrace();
    }

    private Router operators() {
        Router operators = Router.router(vertx);
        RouterErrors.mount(operators);
        new HealthEndpoints(health.checks()).mount(operators);
        observability.mount(operators, health::notReadyBecause);
        return operators;
    }

    private HttpServer adminServer(Router operators, ServerOperations operations) {
        AdminDoor door = new AdminDoor(
                vertx, operations, health::isReady, settings.server().maxMessageBytes());
        return vertx.createHttpServer()
                .connectionHandler(ServerOptions.eachConnection(vertx, settings.server()))
                .requestHandler(new NoPages(request -> {
                    if (door.accepts(request)) {
                        door.handle(request);
                    } else {
                        operators.handle(request);
                    }
                }));
    }

    private Future<GenerationService> load(ModelCatalog catalog, GenerationSettings core) {
        Scoring scoring = new Scoring(
                Optional.of(new LikelihoodScorer()), settings.scoring().toScoringSettings());
        return GenerationService.start(vertx, catalog, core, observability.listener(), scoring);
    }

    private GenerationSettings core(ServerDevices devices) {
        FileWatch.Held held =
                FileWatch.Held.now(settings.resume().keysFile().stream().toList());
        GenerationSettings core = ServerOptions.generation(settings, devices);
        settings.resume()
                .keysFile()
                .ifPresent(file -> FileWatch.start(
                        vertx,
                        settings.resume().reloadEvery(),
                        held,
                        () -> core.resume().keys().replaceBy(ServerOptions.resumeKeys(file))));
        return core;
    }

    private interface Opening {
        Future<?> listen(int port, String host);
    }

    private void open(Opening opening, String hostKey, String host, int port) throws InterruptedException {
        Waiting.goOnUnless(stop);
        try {
            Waiting.await(opening.listen(port, host), START_LIMIT, stop);
        } catch (RuntimeException e) {
            throw Addresses.explain(e, hostKey, host, port);
        }
    }
}
