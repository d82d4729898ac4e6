package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.SelectOption;
import dev.glimpse.api.Open;
import dev.glimpse.api.grpc.CuttableWire;
import dev.glimpse.api.http.HttpDoor;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page says and does when its connection is lost, falls silent or never opens. */
// A browser and its server take both processors.
@Tag("alone")
class ScriptedPageConnectionIT extends ScriptedPageFixture {
    @Test
    void lostConnectionIsSaidAndComesBackByItself() throws Exception {
        waitUntilFinal(8);
        byId("class").selectOption("2");
        server.close().await(10, TimeUnit.SECONDS);

        assertThat(byId("error")).containsText("connection to the server was lost");
        assertThat(byId("generate")).isDisabled();
        screenshot("connection-lost");
        server = start(new ShapesGenerator(vertx, 1), port);
        assertThat(byId("error")).isHidden();
        assertThat(byId("class")).hasValue("2");
        byId("generate").click();
        assertThat(byId("status")).containsText("finished in");
        assertThat(visit.errors())
                .allMatch(error ->
                        error.contains("WebSocket connection to") || error.contains("net::ERR_CONNECTION_REFUSED"));
        visit.errors().clear();
    }

    @Test
    void aLostConnectionLeavesTheFocusOfTheKeyboardWhereItWas() throws Exception {
        waitUntilFinal(8);
        byId("generate").focus();
        server.close().await(10, TimeUnit.SECONDS);

        assertThat(byId("error")).containsText("connection to the server was lost");
        assertThat(byId("generate")).isDisabled();
        assertThat(byId("generate")).isFocused();
        byId("generate").press("Enter");
        server = start(new ShapesGenerator(vertx, 1), port);
        assertThat(byId("error")).isHidden();
        assertThat(byId("generate")).isEnabled();
        byId("generate").press("Enter");
        assertThat(byId("status")).containsText("refining");
        assertThat(byId("status")).containsText("finished in");
        visit.errors().clear();
    }

    /** As behind a proxy that changes the header Host: files and models come, and every socket is refused. */
    @Test
    void aConnectionThatNeverOpenedIsNotSaidToBeLost() throws Exception {
        Router router = Router.router(vertx);
        new HttpDoor(Open.entrance(new ShapesGenerator(vertx, 1))).mount(router);
        router.get("/v1/stream")
                .handler(context -> context.response().setStatusCode(403).end());
        HttpServer behind = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        try (Visit other = visit(behind.actualPort())) {
            Locator error = other.page().getByTestId("error");
            assertThat(error).containsText("could not be opened");
            assertThat(error).containsText("access.origins then has to name http://127.0.0.1:" + behind.actualPort());
            assertThat(other.page().getByTestId("connection")).hasText("no connection, trying again");
        }
        behind.close().await(10, TimeUnit.SECONDS);
    }

    /** Those who hear the page would otherwise hear it at every try. */
    @Test
    void aLostConnectionIsSaidOnceHoweverOftenItIsTried() throws Exception {
        HttpServer behind = start(new ShapesGenerator(vertx, 1), 0);
        List<String> tries = new ArrayList<>();
        try (Visit other = visit(behind.actualPort())) {
            awaitEnd(other);
            other.page().onWebSocket(socket -> tries.add(socket.url()));
            other.page().clock().install();
            other.page().evaluate("""
                said = 0;
                new MutationObserver(changes => changes.forEach(change => said += change.addedNodes.length))
                    .observe(document.getElementById("error"), { childList: true });\
                """);
            behind.close().await(10, TimeUnit.SECONDS);

            other.page().waitForCondition(() -> {
                other.page().clock().fastForward(LONGEST_RETRY_MILLIS);
                return tries.size() >= 3;
            });
            assertThat(other.page().getByTestId("error")).containsText("connection to the server was lost");
            assertThat(other.page().evaluate("said")).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatIsLostWhileTheModelsAreReadComesBack() throws Exception {
        HttpServer behind = start(new ShapesGenerator(vertx, 1), 0);
        try (CuttableWire wire = new CuttableWire(behind.actualPort());
                Visit other = visit(wire.port())) {
            awaitEnd(other);
            List<Route> asked = new ArrayList<>();
            other.page().route("**/v1/models", asked::add);
            wire.cut();
            // Whether the page may come in, and then what is served.
            other.page().waitForCondition(() -> asked.size() == 1);
            asked.get(0).resume();
            other.page().waitForCondition(() -> asked.size() == 2);
            wire.cut();
            assertThat(other.page().getByTestId("error")).containsText("connection to the server was lost");
            other.page().waitForResponse("**/v1/models", asked.get(1)::resume).finished();
            other.page().evaluate("fetch('/icon.svg').then(answer => answer.text())");

            assertThat(other.page().getByTestId("generate")).isDisabled();
            assertThat(other.page().getByTestId("error")).containsText("connection to the server was lost");
            other.page().waitForCondition(() -> asked.size() == 3);
            other.page().unroute("**/v1/models");
            asked.get(2).resume();
            generate(other);
        }
        behind.close().await(10, TimeUnit.SECONDS);
    }

    /** As when versions leave a running server until there is no choice any more. */
    @Test
    void theKeyboardGoesOnAtTheButtonWhenTheChoiceOfModelsIsGone() {
        awaitEnd(visit);
        page.route("**/v1/models", route -> {
            JsonObject answer = new JsonObject(route.fetch().text());
            JsonArray models = answer.getJsonArray("models");
            models.add(models.getJsonObject(0).copy().put("version", "9"));
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(answer.encode()));
        });
        page.routeWebSocket("**/v1/stream", socket -> {
            WebSocketRoute server = socket.connectToServer();
            socket.onMessage(frame -> {
                JsonObject message = new JsonObject(frame.text());
                if ("9".equals(message.getString("model_version"))) {
                    socket.send(new JsonObject()
                            .put("type", "failed")
                            .put("id", message.getString("id"))
                            .put("code", "not_found")
                            .put("field", "model")
                            .put("message", "model: shapes/9 (expected: one of shapes/1)")
                            .encode());
                } else {
                    server.send(frame.text());
                }
            });
        });
        page.reload();
        awaitEnd(visit);
        assertThat(byId("model")).isVisible();
        byId("model").selectOption(new SelectOption().setIndex(1));
        page.unroute("**/v1/models");
        byId("generate").click();

        assertThat(byId("error")).containsText("expected: one of shapes/1");
        assertThat(byId("model")).isHidden();
        assertThat(byId("generate")).isFocused();
    }

    @Test
    void whatTheServerNeverAnsweredIsAskedForOnTheNextConnection() {
        awaitEnd(visit);
        List<String> lost = new ArrayList<>();
        page.routeWebSocket("**/v1/stream", socket -> {
            WebSocketRoute server = socket.connectToServer();
            socket.onMessage(frame -> {
                if (frame.text().contains("\"generate\"") && lost.isEmpty()) {
                    lost.add(frame.text());
                    socket.close();
                } else {
                    server.send(frame.text());
                }
            });
        });
        page.reload();
        awaitEnd(visit);

        assertThat(lost).hasSize(1);
        assertThat(byId("error")).isHidden();
        assertThat(page.locator("[data-testid=canvas][data-final=true]")).hasCount(8);
    }
}
