package dev.glimpse.cli;

import dev.glimpse.api.websocket.WebSocketSettings;
import dev.glimpse.config.Settings;
import dev.glimpse.generation.GenerationSettings;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.TimeUnit;

/** The settings, said in the words of what is built from them. */
final class ServerOptions {
    private ServerOptions() {}

    /*
     * No idle timeout: it would end a stream whose steps take longer than it. Silent WebSockets are found by pings, and
     * gRPC clients send pings of their own.
     */
    static HttpServerOptions http(Settings.Server server) {
        return new HttpServerOptions()
                .setHttp2ClearTextEnabled(true)
                .setInitialSettings(new Http2Settings().setMaxConcurrentStreams(server.maxStreamsPerConnection()))
                .setHttp2RstFloodMaxRstFramePerWindow(server.maxResetsPerConnection())
                .setHttp2RstFloodWindowDuration(30)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
    }

    static WebSocketSettings webSocket(Settings.Websocket websocket) {
        return new WebSocketSettings(
                websocket.maxSockets(),
                websocket.maxGenerationsPerSocket(),
                websocket.maxMessageBytes(),
                websocket.pingEvery());
    }

    static GenerationSettings generation(Settings settings) {
        int workers = settings.devices().workers() > 0
                ? settings.devices().workers()
                : Runtime.getRuntime().availableProcessors();
        return new GenerationSettings(
                settings.limits().toGenerationLimits(),
                settings.toSchedulerSettings(workers),
                "cpu",
                settings.delivery().encoders(),
                settings.delivery().framesPerSample(),
                settings.server().shutdownGrace());
    }

    static VertxOptions vertx() {
        return new VertxOptions()
                // An event loop waits for nobody; on a machine whose cores all compute, it may still wait for its turn.
                .setMaxEventLoopExecuteTime(2)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.SECONDS)
                // A worker's call is one forward, or the loading of a model: long, but never this long.
                .setMaxWorkerExecuteTime(60)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.SECONDS);
    }
}
