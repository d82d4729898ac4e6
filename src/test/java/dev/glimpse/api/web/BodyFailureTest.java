package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@Timeout(60)
@ExtendWith(VertxExtension.class)
class BodyFailureTest {
    private static final BodyBounds BOUNDS = new BodyBounds(1, Duration.ofSeconds(30));

    @Test
    void aBodyIsHeldToItsTypeOnlyIfItHasOne(Vertx vertx) throws Exception {
        Router router = Router.router(vertx);
        router.route().handler(context -> context.fail(400)).failureHandler(context -> {
            BodyFailure.Refused refused = (BodyFailure.Refused) BodyFailure.of(context, BOUNDS);
            context.response().end(refused.message());
        });
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(20, TimeUnit.SECONDS);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort()));

        assertThat(answer(request)).isEqualTo("body: malformed (expected: whole and well framed)");
        assertThat(answer(request.header("Content-Type", "text/tea")))
                .isEqualTo("body: malformed (expected: what its Content-Type says, text/tea)");
    }

    private static String answer(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
