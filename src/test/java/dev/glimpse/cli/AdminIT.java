package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import glimpse.wire.v1.AdminGrpcClient;
import glimpse.wire.v1.DrainRequest;
import glimpse.wire.v1.DrainResponse;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.ListModelsRequest;
import glimpse.wire.v1.LogLevel;
import glimpse.wire.v1.ModelDetails;
import glimpse.wire.v1.SessionRequest;
import glimpse.wire.v1.SetLogLevelRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.client.GrpcClient;
import io.vertx.grpc.common.ServiceMethod;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's gRPC service of the program as it is shipped. */
class AdminIT {
    private static final int GRACE_SECONDS = 20;

    private final Vertx vertx = Vertx.vertx();
    private GrpcClient grpc;
    private Program server;
    private int admin;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        TinyModel.write(directory.resolve("models/tiny/1"));
        server = Program.server(
                directory,
                "--models",
                directory.resolve("models").toString(),
                "--set",
                "server.shutdown-grace=" + GRACE_SECONDS + "s");
        admin = Integer.parseInt(server.awaitOutput("^admin .*:(\\d+)/readyz$"));
        grpc = GrpcClient.client(vertx);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void drainEndsTheProcessAsASignalDoesAndMayBeAskedForTwice() throws Exception {
        // An open call keeps the admin port until the last moment, so that there is somebody to ask again.
        await(() -> grpc.request(at(server.port()), GlimpseGrpcClient.Session)
                .compose(call -> call.write(SessionRequest.getDefaultInstance())));
        assertThat(drain().getGraceMillis()).isEqualTo(TimeUnit.SECONDS.toMillis(GRACE_SECONDS));
        assertThat(drain().getGraceMillis()).isEqualTo(TimeUnit.SECONDS.toMillis(GRACE_SECONDS));
        assertThat(server.status()).isZero();
        assertThat(server.out()).containsOnlyOnce("Drain: stopping; running requests have " + GRACE_SECONDS + " s");
    }

    @Test
    void adminPortSpeaksBothItsLanguagesAboutTheSameServer() throws Exception {
        ModelDetails details = call(AdminGrpcClient.ListModels, ListModelsRequest.getDefaultInstance())
                .getModels(0)
                .getVersions(0)
                .getDetails();
        assertThat(details.getLabelNamesList()).isEqualTo(TinyModel.LABELS);
        assertThat(details.getParameters()).isPositive();

        SetLogLevelRequest quiet = SetLogLevelRequest.newBuilder()
                .setLevel(LogLevel.LOG_LEVEL_ERROR)
                .build();
        assertThat(call(AdminGrpcClient.SetLogLevel, quiet).getPrevious()).isNotEqualTo(LogLevel.LOG_LEVEL_ERROR);
        HttpRequest level = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/v1/log-level"))
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(level, BodyHandlers.ofString())
                        .body())
                .isEqualTo("{\"level\":\"error\"}");
    }

    private DrainResponse drain() throws Exception {
        return call(AdminGrpcClient.Drain, DrainRequest.getDefaultInstance());
    }

    private <Q, R> R call(ServiceMethod<R, Q> method, Q request) throws Exception {
        return await(() -> grpc.request(at(admin), method)
                .compose(call -> call.send(request))
                .compose(response -> response.last()));
    }

    private static SocketAddress at(int port) {
        return SocketAddress.inetSocketAddress(port, "127.0.0.1");
    }

    /** Runs on a Vert.x context: called from elsewhere, the client can lose messages. */
    private <T> T await(Callable<Future<T>> action) throws Exception {
        Promise<T> promise = Promise.promise();
        vertx.runOnContext(v -> {
            try {
                action.call().onComplete(promise);
            } catch (Exception e) {
                promise.fail(e);
            }
        });
        return promise.future().await(30, TimeUnit.SECONDS);
    }
}
