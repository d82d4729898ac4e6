package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.glimpse.access.Anonymity;
import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Entrance;
import dev.glimpse.access.Gate;
import dev.glimpse.access.Origins;
import dev.glimpse.access.Quota;
import dev.glimpse.access.QuotaLedger;
import dev.glimpse.api.http.HttpDoor;
import dev.glimpse.api.websocket.WebSocketDoor;
import dev.glimpse.api.websocket.WebSocketSettings;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The page of a server that lets nobody in without a key. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyedPageIT {
    private static final String KEY = ApiKey.newSecret();
    private static final String OTHER_KEY = ApiKey.newSecret();

    private final Queue<String> addresses = new ConcurrentLinkedQueue<>();
    private Vertx vertx;
    private Gate gate;
    private HttpServer server;
    private Chromium chromium;
    private Visit visit;
    private Page page;

    @BeforeAll
    void startEverything() throws Exception {
        vertx = Vertx.vertx();
        gate = new Gate(List.of(), Anonymity.NEVER);
        server = start(0);
        chromium = Chromium.launch();
    }

    @AfterAll
    void stopEverything() throws Exception {
        chromium.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @BeforeEach
    void openPage() {
        gate.replaceKeys(List.of(key(KEY)));
        addresses.clear();
        visit = chromium.visit("http://127.0.0.1:" + server.actualPort(), 1280, 900, ColorScheme.LIGHT);
        page = visit.page();
    }

    @AfterEach
    void noAddressHeldAKeyAndNothingElseBroke() {
        assertThat(addresses).isNotEmpty().noneMatch(address -> address.contains(KEY) || address.contains(OTHER_KEY));
        assertThat(page.url()).doesNotContain(KEY);
        assertThat(visit.errors())
                .allMatch(error -> error.contains("401 (Unauthorized)")
                        || error.contains("WebSocket connection to")
                        || error.contains("net::ERR_CONNECTION_REFUSED"));
        visit.close();
    }

    @Test
    void theKeyIsAskedForAndLetsThePageIn() {
        assertThat(byId("key-form")).isVisible();
        assertThat(byId("key")).isFocused();
        assertThat(byId("generate")).isDisabled();
        screenshot("asks");
        byId("key").fill(KEY);
        byId("key").press("Enter");

        waitUntilFinal();
        assertThat(byId("generate")).isFocused();
        assertThat(byId("key-form")).isHidden();
        assertThat(byId("error")).isHidden();
        assertThat(byId("connection")).hasText("connected");
        screenshot("let-in");
    }

    @Test
    void picturesAskedForBeforeTheKeyTakeNoMorePlacesThanTheServerAllows() {
        assertThat(byId("key-form")).isVisible();
        byId("count").fill("300000");
        enter(KEY);

        assertThat(byId("error")).hasText("count: 300000 (expected: 1..16)");
        assertThat(byId("canvas")).hasCount(16);
    }

    @Test
    void aCountThatIsNoNumberIsRefusedAtItsFieldOnceTheKeyIsThere() {
        assertThat(byId("key-form")).isVisible();
        byId("count").press("e");
        enter(KEY);

        assertThat(byId("error")).hasText("count: not a number");
        assertThat(byId("count")).isFocused();
    }

    @Test
    void theKeyIsKeptInThisTabAlone() {
        enter(KEY);
        waitUntilFinal();
        assertThat(page.evaluate("Object.values(sessionStorage)")).isEqualTo(List.of(KEY));
        assertThat(page.evaluate("localStorage.length + document.cookie.length"))
                .isEqualTo(0);
        page.reload();
        waitUntilFinal();
        assertThat(byId("key-form")).isHidden();

        Page other = page.context().newPage();
        other.navigate(page.url());
        assertThat(other.getByTestId("key-form")).isVisible();
    }

    @Test
    void aBrowserThatKeepsNothingForThePageIsLetInAsWell() {
        page.addInitScript("Object.defineProperty(window, 'sessionStorage',"
                + " { get() { throw new DOMException('blocked', 'SecurityError'); } });");
        page.reload();
        enter(KEY);

        waitUntilFinal();
        assertThat(byId("connection")).hasText("connected");
    }

    @Test
    void aKeyThatTheServerDoesNotKnowIsAskedForAgain() {
        enter(OTHER_KEY);
        assertThat(byId("key-error")).hasText("The server does not know this key.");
        assertThat(byId("key")).hasAttribute("aria-invalid", "true");
        screenshot("refused");
        assertThat(page.evaluate("sessionStorage.length")).isEqualTo(0);
        enter(KEY);

        waitUntilFinal();
    }

    @Test
    void whatCannotBeAKeyIsNotSent() {
        assertThat(byId("key-form")).isVisible();
        long before = calls();
        enter("two words");

        assertThat(byId("key-error")).hasText("That is not a key of a server.");
        assertThat(calls()).isEqualTo(before);
    }

    @Test
    void aKeyThatWasExchangedIsAskedForWhenTheConnectionComesBack() throws Exception {
        enter(KEY);
        waitUntilFinal();
        int port = server.actualPort();
        server.close().await(10, TimeUnit.SECONDS);
        gate.replaceKeys(List.of(key(OTHER_KEY)));
        server = start(port);

        assertThat(byId("key-form")).isVisible();
        enter(OTHER_KEY);
        assertThat(byId("connection")).hasText("connected");
        assertThat(byId("key-form")).isHidden();
        byId("generate").click();
        assertThat(byId("status")).containsText("finished in");
    }

    private HttpServer start(int port) throws Exception {
        ShapesGenerator generator = new ShapesGenerator(vertx, 1);
        Entrance entrance = new Entrance(gate, new QuotaLedger(), client -> generator, System::nanoTime);
        WebSocketDoor webSocketDoor = new WebSocketDoor(
                entrance,
                Origins.of(List.of()),
                new WebSocketSettings(16, 4, 16384, Duration.ofSeconds(30), Duration.ofSeconds(30)));
        HttpServerOptions options = new HttpServerOptions();
        webSocketDoor.configure(options);
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            addresses.add(context.request().absoluteURI());
            context.next();
        });
        new HttpDoor(entrance).mount(router);
        webSocketDoor.mount(router);
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(port, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }

    private long calls() {
        return addresses.stream().filter(address -> address.contains("/v1/")).count();
    }

    private void enter(String secret) {
        byId("key").fill(secret);
        byId("use-key").click();
    }

    private void waitUntilFinal() {
        assertThat(page.locator("[data-testid=canvas][data-final=true]")).hasCount(8);
    }

    private Locator byId(String testId) {
        return page.getByTestId(testId);
    }

    private void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target", "screenshots", "KeyedPageIT-" + name + ".png"))
                .setFullPage(true));
    }

    private static ApiKey key(String secret) {
        return new ApiKey("page", ApiKey.hash(secret), new Caller("page", Rank.STANDARD, 1, Quota.UNLIMITED));
    }
}
