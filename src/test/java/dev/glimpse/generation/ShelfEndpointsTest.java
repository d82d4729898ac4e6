package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.http.ShelfEndpoints;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ShelfEndpointsTest {
    private final Core core = new Core(Settings.of(1));
    private HttpServer server;
    private volatile String torn = "torn";

    @BeforeEach
    void open() {
        Router router = Router.router(core.vertx);
        new ShelfEndpoints(core.service.shelf(), new ShelfKeeper(core.vertx, core.service.shelf(), this::find))
                .mount(router);
        server = Core.await(core.vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    private Optional<ModelSource> find(String name, String version) {
        if (version.equals(torn)) {
            throw new IllegalStateException("weights: torn (expected: whole)");
        }
        return version.equals("2") ? Optional.of(core.engine.source(name, version)) : Optional.empty();
    }

    @AfterEach
    void close() {
        core.close();
    }

    private HttpResponse<String> ask(HttpMethod method, String path, String type) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.actualPort() + "/v1/models" + path))
                .header("Content-Type", type)
                .method(method.name(), BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path) throws Exception {
        return ask(HttpMethod.POST, "/garments/versions/" + path, "application/json");
    }

    private static String states(String body) {
        StringBuilder states = new StringBuilder();
        new JsonObject(body)
                .getJsonArray("models")
                .forEach(model -> states.append(((JsonObject) model).getString("version"))
                        .append(' ')
                        .append(((JsonObject) model).getString("state"))
                        .append(';'));
        return states.toString();
    }

    @Test
    void versionsAreLoadedPreferredAndUnloaded() throws Exception {
        assertThat(states(ask(HttpMethod.GET, "", "text/plain").body())).isEqualTo("1 serving;");
        HttpResponse<String> loaded = post("2/load");
        assertThat(loaded.statusCode()).isEqualTo(200);
        assertThat(states(loaded.body())).isEqualTo("1 serving;2 serving;");
        assertThat(states(post("2/prefer").body())).isEqualTo("2 serving;1 serving;");
        HttpResponse<String> unloaded = post("1/unload");
        assertThat(unloaded.statusCode()).isEqualTo(202);
        assertThat(states(unloaded.body())).startsWith("2 serving;");
        assertThat(core.service.models()).extracting(ServedModel::version).containsExactly("2");
    }

    @Test
    void whatCannotBeDoneHasItsStatusAndItsSentence() throws Exception {
        assertThat(post("7/load").statusCode()).isEqualTo(404);
        assertThat(post("1/unload").statusCode()).isEqualTo(409);
        HttpResponse<String> preferred = post("7/prefer");
        assertThat(preferred.statusCode()).isEqualTo(404);
        assertThat(preferred.body()).contains("model: garments/7 (expected: one of garments/1)");
        assertThat(post("torn/load").statusCode()).isEqualTo(422);
        assertThat(ask(HttpMethod.GET, "", "text/plain").body()).contains("weights: torn (expected: whole)");
    }

    @Test
    void brokenVersionIsForgottenWhenItIsUnloaded() throws Exception {
        post("torn/load");
        assertThat(states(ask(HttpMethod.GET, "", "text/plain").body())).isEqualTo("1 serving;torn broken;");
        HttpResponse<String> unloaded = post("torn/unload");
        assertThat(unloaded.statusCode()).isEqualTo(202);
        assertThat(states(unloaded.body())).isEqualTo("1 serving;");
        assertThat(post("torn/unload").statusCode()).isEqualTo(404);
    }

    @Test
    void pageInTheOperatorsBrowserCannotChangeAnything() throws Exception {
        HttpResponse<String> refused = ask(HttpMethod.POST, "/garments/versions/2/load", "text/plain");
        assertThat(refused.statusCode()).isEqualTo(415);
        assertThat(core.service.models()).hasSize(1);
    }

    @Test
    void filesThatWereTornBehindAServedVersionDoNotTouchIt() throws Exception {
        post("2/load");
        torn = "2";
        assertThat(post("2/load").statusCode()).isEqualTo(409);
        assertThat(states(ask(HttpMethod.GET, "", "text/plain").body())).isEqualTo("1 serving;2 serving;");
    }
}
