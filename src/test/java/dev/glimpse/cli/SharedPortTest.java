package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedPortTest {
    private static final String HOST = "127.0.0.1";

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(4));
    private final List<Context> loops = SharedPort.loops(vertx, 2);
    private final SharedPort port = new SharedPort(loops, this::server);

    private HttpServer server() {
        return vertx.createHttpServer()
                .requestHandler(
                        request -> request.response().end(Thread.currentThread().getName()));
    }

    @AfterEach
    void closeVertx() throws Exception {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(20, TimeUnit.SECONDS);
    }

    /** The thread that answers over a new connection. */
    private String answer() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + HOST + ":" + port.actual() + "/"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static String thread(Context loop) throws Exception {
        Promise<String> name = Promise.promise();
        loop.runOnContext(v -> name.complete(Thread.currentThread().getName()));
        return await(name.future());
    }

    @Test
    void eachOfItsLoopsTakesConnectionsAndNoOther() throws Exception {
        await(port.listen(0, HOST));

        List<String> answers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            answers.add(answer());
        }
        Set<String> own = Set.of(thread(loops.get(0)), thread(loops.get(1)));
        assertThat(new HashSet<>(answers)).isEqualTo(own);
        // What is deployed next, as the core is.
        assertThat(own).doesNotContain(thread(SharedPort.loops(vertx, 1).get(0)));
    }

    @Test
    void portThatIsNamedIsSharedToo() throws Exception {
        int free;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = taken.getLocalPort();
        }
        await(port.listen(free, HOST));

        assertThat(port.actual()).isEqualTo(free);
        assertThat(answer()).isNotEqualTo(answer());
    }

    @Test
    void portInUseIsTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> await(port.listen(taken.getLocalPort(), HOST)))
                    .isInstanceOf(BindException.class);
        }
    }

    @Test
    void takesNoMoreConnectionsOnceItIsShutDown() throws Exception {
        await(port.listen(0, HOST));
        int opened = port.actual();
        await(port.shutdown(Duration.ofSeconds(5)));
        await(port.close());

        // The system takes connections until the selector has let go of the socket, which may be a moment later.
        assertThatThrownBy(() -> {
                    for (long end = System.nanoTime() + 5_000_000_000L; System.nanoTime() < end; ) {
                        new Socket(InetAddress.getLoopbackAddress(), opened).close();
                    }
                })
                .isInstanceOf(ConnectException.class);
    }
}
