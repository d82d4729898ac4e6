package dev.glimpse.cli;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.glimpse.api.grpc.GrpcDoor;
import dev.glimpse.api.oip.OipDoor;
import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.ConnectionCare;
import dev.glimpse.api.web.EventStreamSettings;
import dev.glimpse.api.web.NewConnections;
import dev.glimpse.api.web.RequestPatience;
import dev.glimpse.api.websocket.WebSocketSettings;
import dev.glimpse.config.Settings;
import dev.glimpse.generation.GenerationSettings;
import dev.glimpse.generation.ResumeKeys;
import dev.glimpse.generation.ResumeSettings;
import dev.glimpse.generation.SessionSettings;
import dev.glimpse.generation.StuckRule;
import dev.glimpse.observability.ObservabilitySettings;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.transport.Transport;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The settings, said in the words of what is built from them. */
final class ServerOptions {

    /** What an answer may be late by. */
    private static final Duration SPARE = Duration.ofMinutes(1);

    /** Files that are no connections: those of the program, of models, keys and devices. */
    private static final int SPARE_DESCRIPTORS = 512;

    private ServerOptions() {}

    /** @param idle how long a connection may have nothing to say in either direction */
    static HttpServerOptions http(Settings.Server server, Duration idle) {
        return new HttpServerOptions()
                .setIdleTimeout((int) Math.min(Integer.MAX_VALUE, idle.toMillis()))
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHttp2ClearTextEnabled(true)
                .setMaxHeaderSize(GrpcDoor.MAX_HEADER_LIST_BYTES)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(server.maxStreamsPerConnection())
                        .setMaxHeaderListSize(GrpcDoor.MAX_HEADER_LIST_BYTES))
                .setHttp2RstFloodMaxRstFramePerWindow(server.maxResetsPerConnection())
                .setHttp2RstFloodWindowDuration(wholeSeconds(server.resetWindow()))
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
    }

    /** Netty counts in seconds; a part of one lets a flood do no more than asked for. */
    private static int wholeSeconds(Duration window) {
        return (int) window.plusMillis(999).toSeconds();
    }

    /**
     * How long a connection that is in use may be silent, and a little more. An answer over HTTP/1.1 that comes at once
     * lets its client wait as long as a request may live, and so does a stream of gRPC-Web; everywhere else there are
     * pings or comments, which count, and who watches the health by gRPC-Web is told it again within {@link #SPARE}.
     */
    static Duration idle(Settings settings) {
        Duration longest = Stream.of(
                        settings.limits().maxDuration(),
                        settings.server().keepaliveEvery(),
                        settings.websocket().pingEvery(),
                        settings.events().heartbeatEvery(),
                        settings.events().stalledAfter())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return longest.plus(SPARE);
    }

    static ConnectionCare.Terms connections(Settings.Server server) {
        return new ConnectionCare.Terms(
                server.maxConnectionAge(),
                server.connectionAgeGrace(),
                server.keepaliveEvery(),
                server.keepaliveTimeout());
    }

    /** What looks after the connections of a port from their beginning on. */
    static Handler<HttpConnection> eachConnection(Vertx vertx, Settings.Server server) {
        ConnectionCare care = new ConnectionCare(vertx, connections(server));
        RequestPatience patience = new RequestPatience(server.headerTimeout(), server.bodyTimeout());
        return connection -> {
            care.handle(connection);
            patience.handle(connection);
        };
    }

    /** What accepts the connections of both ports; no more than the process may have, and some files and models. */
    static NewConnections newConnections(Settings.Server server) {
        return new NewConnections(maxConnections(server), server.headerTimeout());
    }

    /** Connections that a port has at most, where the process may open so many files. */
    static int maxConnections(Settings.Server server) {
        return (int) Math.min(server.maxConnections(), Math.max(1, descriptors() - SPARE_DESCRIPTORS));
    }

    /** Event loops that take the connections of the public port: by default one for two cores, whose others compute. */
    static int eventLoops(Settings.Server server) {
        return server.eventLoops() > 0
                ? server.eventLoops()
                : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    static WebSocketSettings webSocket(Settings settings) {
        Settings.Websocket websocket = settings.websocket();
        return new WebSocketSettings(
                websocket.maxSockets(),
                websocket.maxGenerationsPerSocket(),
                websocket.maxMessageBytes(),
                websocket.pingEvery(),
                settings.server().bodyTimeout());
    }

    static BodyBounds bodies(Settings.Server server) {
        return new BodyBounds(server.maxMessageBytes(), server.bodyTimeout());
    }

    static EventStreamSettings events(Settings.Events events) {
        return new EventStreamSettings(events.heartbeatEvery(), events.stalledAfter());
    }

    /** The core on the CPU. */
    static GenerationSettings generation(Settings settings) {
        return generation(settings, ServerDevices.cpu(settings));
    }

    static GenerationSettings generation(Settings settings, ServerDevices devices) {
        return new GenerationSettings(
                settings.limits().toGenerationLimits(),
                settings.toSchedulerSettings(devices.workers().size()).withMaxRows(devices.maxRows()),
                devices.kind(),
                settings.delivery().encoders(),
                settings.delivery().framesPerSample(),
                settings.server().shutdownGrace(),
                settings.scheduler().freeRows(),
                new ResumeSettings(
                        settings.resume()
                                .keysFile()
                                .map(ServerOptions::resumeKeys)
                                .orElseGet(ResumeKeys::ofThisProcess),
                        settings.resume().lifetime()),
                new SessionSettings(
                        settings.sessions().maxRequests(), settings.sessions().maxStateBytes()),
                settings.cache().maxBytes(),
                new StuckRule(
                        settings.health().giveUpFactor(),
                        settings.health().giveUpFloor(),
                        settings.health().maxHungForwards()));
    }

    /**
     * The keys that the file holds now.
     *
     * @throws IllegalArgumentException when they cannot be used
     */
    static ResumeKeys resumeKeys(Path file) {
        try {
            return ResumeKeys.read(file);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("resume.keys-file: " + e.getMessage(), e);
        }
    }

    static OipDoor.Settings oip(Settings settings) {
        return new OipDoor.Settings(
                bodies(settings.server()), settings.sessions().maxGenerations(), events(settings.events()));
    }

    /** The program's version. */
    static String version() {
        String version = ServerOptions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    static ObservabilitySettings observability(Settings settings, List<String> devices) {
        return new ObservabilitySettings(
                version(),
                new ObservabilitySettings.Traces(
                        settings.traces().endpoint(), settings.traces().share()),
                settings.health().fullQueue(),
                settings.health().stuckAfter(),
                devices);
    }

    /**
     * Vert.x copies no file from the class path: none is named to it, and the directory for such copies would outlive a
     * process that is killed.
     */
    static FileSystemOptions noCopies() {
        return new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
    }

    /** Wakes an event loop with fewer system calls, where its library is there for the platform. */
    static Transport transport() {
        Transport ofThePlatform = Transport.nativeTransport();
        return ofThePlatform != null && ofThePlatform.available() ? ofThePlatform : Transport.NIO;
    }

    /** With event loops for the core and for operators besides those of the public port. */
    static VertxOptions vertx(Settings.Server server) {
        return vertx().setEventLoopPoolSize(
                        Math.max(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE, eventLoops(server) + 2));
    }

    static VertxOptions vertx() {
        return new VertxOptions()
                .setPreferNativeTransport(true)
                .setFileSystemOptions(noCopies())
                // An event loop waits for nobody; on a machine whose cores all compute, it may still wait for its turn.
                .setMaxEventLoopExecuteTime(2)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
                // A worker's call is one forward, or the loading of a model: long, but never this long.
                .setMaxWorkerExecuteTime(60)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.SECONDS);
    }
}
