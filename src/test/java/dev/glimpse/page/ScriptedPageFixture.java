package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import dev.glimpse.generation.Generator;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The page against the real doors and a core without a model, for the tests that extend it. */
abstract class ScriptedPageFixture extends PageFixture {
    /** So long at most the page waits before it tries to connect again. */
    static final long LONGEST_RETRY_MILLIS = 12_000;

    private final ScriptedDoors doors = new ScriptedDoors();
    final Vertx vertx = doors.vertx;
    int port;
    HttpServer server;

    @BeforeAll
    void startServer() throws Exception {
        server = start(new ShapesGenerator(vertx, 1), 0);
        port = server.actualPort();
    }

    @AfterAll
    void stopServer() throws Exception {
        doors.close();
    }

    @Override
    String baseUrl() {
        return "http://127.0.0.1:" + port;
    }

    HttpServer start(Generator generator, int onPort) throws Exception {
        return doors.start(generator, onPort);
    }

    Visit visit(int onPort) {
        return chromium.visit("http://127.0.0.1:" + onPort, 1280, 900, ColorScheme.LIGHT);
    }

    static void startLongRun(Visit there) {
        there.page().getByTestId("steps").fill("64");
        there.page().getByTestId("count").fill("16");
        there.page().getByTestId("generate").click();
        assertThat(there.page().getByTestId("timeline-step")).hasCount(64);
        assertThat(there.page().locator("[data-testid=timeline-step][data-step='2']"))
                .hasAttribute("data-state", "ran");
    }

    static void generate(Visit there) {
        there.page().getByTestId("generate").click();
        awaitEnd(there);
    }

    static void awaitEnd(Visit there) {
        assertThat(there.page().getByTestId("status")).containsText("finished in");
    }
}
