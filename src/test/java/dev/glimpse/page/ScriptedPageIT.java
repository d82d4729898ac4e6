package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import dev.glimpse.access.Origins;
import dev.glimpse.api.Open;
import dev.glimpse.api.grpc.CuttableWire;
import dev.glimpse.api.http.HttpDoor;
import dev.glimpse.api.websocket.WebSocketDoor;
import dev.glimpse.api.websocket.WebSocketSettings;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ServedModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The page against the real doors and a core without a model, which makes every picture known beforehand. */
// A browser and its server take both processors.
@Tag("alone")
class ScriptedPageIT extends PageContract {
    /**
     * After so long without a message the page asks whether the server is there, and waits half of it for an answer.
     */
    private static final long SILENCE_MILLIS = 20_000;

    /** So long at most the page waits before it tries to connect again. */
    private static final long LONGEST_RETRY_MILLIS = 12_000;

    /**
     * The page asks again without room after this, and waits twice as long behind every further answer of that kind.
     */
    private static final long FIRST_PAUSE_MILLIS = 500;

    /** After so long without an answer the page takes the connections that its browser keeps for dead. */
    private static final long PATIENCE_MILLIS = 5000;

    /** After so long the page goes without the answer to its cancel. */
    private static final long CANCEL_PATIENCE_MILLIS = 3000;

    private Vertx vertx;
    private int port;
    private HttpServer server;

    @BeforeAll
    void startServer() throws Exception {
        vertx = Vertx.vertx();
        server = start(new ShapesGenerator(vertx, 1), 0);
        port = server.actualPort();
    }

    @AfterAll
    void stopServer() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Override
    String baseUrl() {
        return "http://127.0.0.1:" + port;
    }

    @Override
    String manyPictures() {
        return "16";
    }

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

    @Test
    void aGammaThatIsLeftOutIsZeroAtTheSliderAsWell() {
        waitUntilFinal(8);
        fill("gamma", "0.8");
        fill("gamma", "");

        assertThat(byId("gamma-slider")).hasValue("0");
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

    /** A visitor's own colours take away every background that the page chose. */
    @Test
    void whatBackgroundsShowIsSeenInColoursOfTheVisitors() {
        waitUntilFinal(8);
        page.emulateMedia(new Page.EmulateMediaOptions().setForcedColors(ForcedColors.ACTIVE));

        String surface = style(".panel", "backgroundColor");
        assertThat(style(".timeline .bar", "backgroundColor")).isNotEqualTo(surface);
        assertThat(style(".timeline .track", "borderTopColor")).isNotEqualTo(surface);
        assertThat(style(".dot", "backgroundColor")).isNotEqualTo(surface);
        assertThat(style(".timeline [aria-pressed=true]", "borderTopColor"))
                .isNotEqualTo(style(".timeline [aria-pressed=false]", "borderTopColor"));
        screenshot("forced-colors");
    }

    /** Web Content Accessibility Guidelines 2.2, 1.4.11 and 1.4.3. */
    @ParameterizedTest
    @EnumSource(names = {"LIGHT", "DARK"})
    void fieldsCanBeToldFromWhatIsAroundThem(ColorScheme scheme) {
        visit.close();
        open(1280, 900, scheme);
        waitUntilFinal(8);

        for (String field : List.of("#steps", "#class", "#seed", "#stop")) {
            double contrast = contrast(style(field, "borderTopColor"), style(".controls", "backgroundColor"));
            assertThat(contrast).as(field).isGreaterThanOrEqualTo(3);
        }
        String placeholder =
                (String) page.evaluate("getComputedStyle(document.querySelector('#seed'), '::placeholder').color");
        assertThat(contrast(placeholder, style("#seed", "backgroundColor"))).isGreaterThanOrEqualTo(4.5);
    }

    private String style(String selector, String property) {
        return (String) page.evaluate(
                "([selector, property]) => getComputedStyle(document.querySelector(selector))[property]",
                List.of(selector, property));
    }

    private static double contrast(String one, String other) {
        double first = luminance(one);
        double second = luminance(other);
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    /** Of "rgb(r, g, b)". */
    private static double luminance(String color) {
        double[] linear = Pattern.compile("[0-9]+")
                .matcher(color)
                .results()
                .mapToDouble(part -> Integer.parseInt(part.group()) / 255.0)
                .map(value -> value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4))
                .toArray();
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
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
    void aRunGoesOnWhereALostConnectionLeftIt() throws Exception {
        ShapesGenerator shapes = new ShapesGenerator(vertx, 1);
        HttpServer behind = start(shapes, 0);
        try (CuttableWire wire = new CuttableWire(behind.actualPort());
                Visit other = visit(wire.port())) {
            awaitEnd(other);
            startLongRun(other);
            wire.cut();
            shapes.hurry();

            assertThat(other.page().getByTestId("error")).containsText("connection to the server was lost");
            assertThat(other.page().getByTestId("stop")).isEnabled();
            awaitEnd(other);
            assertLongRunIsWhole(other, shapes);
        }
        behind.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aRunGoesOnWhenItsConnectionFallsSilent() throws Exception {
        ShapesGenerator shapes = new ShapesGenerator(vertx, 1);
        HttpServer behind = start(shapes, 0);
        try (CuttableWire wire = new CuttableWire(behind.actualPort());
                Visit other = visit(wire.port())) {
            awaitEnd(other);
            other.page().clock().install();
            startLongRun(other);
            wire.silence();
            shapes.hurry();

            // A jump fires a timer once, and the page waits for silence, then for an answer. Then its own time will do:
            // a jump while it is answered again would be another silence.
            askedForModels(
                    other,
                    () -> other.page().waitForCondition(() -> {
                        other.page().clock().fastForward(SILENCE_MILLIS);
                        return other.page()
                                .getByTestId("connection")
                                .textContent()
                                .contains("lost");
                    }));
            other.page().clock().fastForward(PATIENCE_MILLIS);
            awaitEnd(other);
            assertLongRunIsWhole(other, shapes);
        }
        behind.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aServerThatHasNothingToShowIsWaitedFor() throws Exception {
        ShapesGenerator shapes = new ShapesGenerator(vertx, 1);
        HttpServer behind = start(shapes, 0);
        List<String> messages = new ArrayList<>();
        try (Visit other = visit(behind.actualPort())) {
            awaitEnd(other);
            other.page().onWebSocket(socket -> socket.onFrameReceived(frame -> messages.add("" + frame.text())));
            other.page().reload();
            awaitEnd(other);
            other.page().clock().install();
            shapes.hold();
            other.page().getByTestId("generate").click();
            assertThat(other.page().getByTestId("status")).containsText("refining");
            other.page().clock().fastForward(SILENCE_MILLIS);
            other.page().waitForCondition(() -> messages.stream().anyMatch(message -> message.contains("there?")));
            other.page().clock().fastForward(SILENCE_MILLIS / 2);

            assertThat(other.page().getByTestId("error")).isHidden();
            shapes.letGo();
            awaitEnd(other);
            assertThat(shapes.resumed()).isEmpty();
        }
        behind.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aRunIsOverWhenItsCancelGoesIntoSilence() throws Exception {
        ShapesGenerator shapes = new ShapesGenerator(vertx, 1);
        HttpServer behind = start(shapes, 0);
        try (CuttableWire wire = new CuttableWire(behind.actualPort());
                Visit other = visit(wire.port())) {
            awaitEnd(other);
            other.page().clock().install();
            startLongRun(other);
            wire.silence();
            other.page().getByTestId("stop").click();

            askedForModels(other, () -> {
                other.page().clock().fastForward(CANCEL_PATIENCE_MILLIS);
                assertThat(other.page().getByTestId("status")).containsText("stopped at step");
            });
            // The browser keeps several connections that are as dead.
            other.page().clock().fastForward(PATIENCE_MILLIS);
            assertThat(other.page().getByTestId("error"))
                    .isHidden(new LocatorAssertions.IsHiddenOptions().setTimeout(25_000));
            assertThat(other.page().getByTestId("connection")).hasText("connected");
            other.page().getByTestId("steps").fill("4");
            generate(other);
        }
        behind.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aRunGoesOnWhenItsServerLeavesIt() throws Exception {
        ShapesGenerator shapes = new ShapesGenerator(vertx, 1);
        HttpServer leaving = start(shapes, 0);
        try (Visit other = visit(leaving.actualPort())) {
            awaitEnd(other);
            startLongRun(other);
            shapes.leaveOne();

            assertThat(other.page().getByTestId("status")).hasText("going on when the server can");
            shapes.hurry();
            awaitEnd(other);
            assertLongRunIsWhole(other, shapes);
            // What was evaluated before it was left counts as well.
            assertThat(other.page().getByTestId("status")).containsText("with 1024 network evaluations");
        }
        leaving.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aFirstVisitThatFindsNoRoomGetsItsPicturesWhenThereIsSome() throws Exception {
        ShapesGenerator shapes = new ShapesGenerator(vertx, 1);
        shapes.refuse(4);
        HttpServer behind = start(shapes, 0);
        List<String> refusals = new ArrayList<>();
        try (Visit other = chromium.visit("about:blank", 1280, 900, ColorScheme.LIGHT)) {
            other.page().clock().install(new Clock.InstallOptions().setTime(0));
            other.page().clock().pauseAt(60_000);
            other.page()
                    .onWebSocket(socket -> socket.onFrameReceived(frame -> {
                        if (("" + frame.text()).contains("\"failed\"")) {
                            refusals.add(frame.text());
                        }
                    }));
            other.page().navigate("http://127.0.0.1:" + behind.actualPort());
            assertThat(other.page().getByTestId("status")).hasText("waiting until the server can");
            assertThat(other.page().getByTestId("error")).isHidden();
            assertThat(other.page().getByTestId("stop")).isEnabled();
            for (int refused = 1; refused <= 4; refused++) {
                int soMany = refused;
                other.page().waitForCondition(() -> refusals.size() == soMany);
                assertThat(other.page().getByTestId("status")).hasText("waiting until the server can");
                other.page().clock().fastForward(FIRST_PAUSE_MILLIS << (refused - 1));
            }
            awaitEnd(other);
            assertThat(shapes.answering()).hasSize(1);
        }
        behind.close().await(10, TimeUnit.SECONDS);
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

    @ParameterizedTest
    @CsvSource({
        "shapes, 3, 5, 1024, 3, 3, 5",
        "shapes, 64, 16, 11, 4, 4, 2",
        "shapes, 64, 16, 3, 3, 3, 1",
        "denoiser, 64, 16, 20, 4, 7, 2",
        "denoiser, 64, 16, 6, 3, 5, 1"
    })
    void aFirstVisitAsksForNoMoreThanTheServerAllows(
            String model, int maxSteps, int maxCount, int maxNfe, String steps, int rows, int count) throws Exception {
        ServedModel served = model.equals("denoiser") ? ShapesGenerator.denoiser() : ShapesGenerator.model("3", 1);
        ShapesGenerator shapes = new ShapesGenerator(vertx, List.of(served));
        shapes.allow(maxSteps, maxCount, maxNfe);
        HttpServer behind = start(shapes, 0);
        try (Visit other = visit(behind.actualPort())) {
            awaitEnd(other);
            assertThat(other.page().locator("[data-testid=canvas][data-final=true]"))
                    .hasCount(count);
            assertThat(other.page().getByTestId("steps")).hasValue(steps);
            assertThat(other.page().getByTestId("timeline-step")).hasCount(rows);
        }
        behind.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void aRunThatWaitsForItsServerCanBeStopped() throws Exception {
        ShapesGenerator shapes = new ShapesGenerator(vertx, 1);
        HttpServer behind = start(shapes, 0);
        int there = behind.actualPort();
        try (Visit other = visit(there)) {
            awaitEnd(other);
            other.page().clock().install();
            startLongRun(other);
            behind.close().await(10, TimeUnit.SECONDS);
            assertThat(other.page().getByTestId("error")).containsText("connection to the server was lost");
            other.page().getByTestId("stop").click();
            assertThat(other.page().getByTestId("status")).containsText("stopped at step");

            behind = start(shapes, there);
            other.page().waitForCondition(() -> {
                other.page().clock().fastForward(LONGEST_RETRY_MILLIS);
                return other.page().getByTestId("connection").textContent().equals("connected");
            });
            other.page().getByTestId("steps").fill("4");
            generate(other);
            assertThat(shapes.resumed()).isEmpty();
        }
        behind.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void whatIsAskedForNextWaitsUntilTheRunBeforeHasStopped() {
        awaitEnd(visit);
        List<String> messages = new ArrayList<>();
        page.onWebSocket(socket -> {
            socket.onFrameSent(frame -> messages.add("to " + frame.text()));
            socket.onFrameReceived(frame -> messages.add("from " + frame.text()));
        });
        page.reload();
        awaitEnd(visit);
        startLongRun(visit);
        messages.clear();
        fill("steps", "4");
        fill("count", "8");
        byId("generate").click();
        assertThat(byId("timeline-step")).hasCount(4);
        awaitEnd(visit);

        List<String> turns = messages.stream()
                .filter(message -> message.contains("\"generate\"")
                        || message.contains("\"cancel\"")
                        || message.contains("\"failed\""))
                .map(message -> message.replaceAll("^(\\w+) \\{\"type\":\"(\\w+)\".*", "$1: $2"))
                .toList();
        assertThat(turns).containsExactly("to: cancel", "from: failed", "to: generate");
    }

    @Test
    void aCancelThatIsNotAnsweredHoldsNothingUp() {
        page.routeWebSocket("**/v1/stream", socket -> {
            WebSocketRoute server = socket.connectToServer();
            socket.onMessage(frame -> {
                if (!frame.text().contains("\"cancel\"")) {
                    server.send(frame.text());
                }
            });
        });
        page.reload();
        awaitEnd(visit);
        page.clock().install();
        startLongRun(visit);
        fill("steps", "4");
        fill("count", "8");
        byId("generate").click();
        page.clock().fastForward(CANCEL_PATIENCE_MILLIS);

        assertThat(byId("timeline-step")).hasCount(4);
        awaitEnd(visit);
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

    @Test
    void picturesThatTakeNoTimeHaveOneFirstStep() throws Exception {
        ShapesGenerator shapes = new ShapesGenerator(vertx, 1);
        shapes.remember();
        HttpServer remembering = start(shapes, 0);
        try (Visit other = visit(remembering.actualPort())) {
            awaitEnd(other);

            assertThat(other.page().locator("[data-testid=timeline-step].is-first"))
                    .hasCount(1);
            assertThat(other.page().locator("[data-testid=timeline-step][data-step='1']"))
                    .hasClass("is-first");
        }
        remembering.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void whatIsSaidOfTheModelAndItsClassesFollowsTheChoice() throws Exception {
        List<ServedModel> served =
                List.of(ShapesGenerator.model("3", 1), ShapesGenerator.crosses("1"), ShapesGenerator.crosses("2"));
        HttpServer several = start(new ShapesGenerator(vertx, served), 0);
        try (Visit other = visit(several.actualPort())) {
            awaitEnd(other);
            Locator model = other.page().getByTestId("model");
            Locator label = other.page().getByTestId("class");
            assertThat(other.page().getByTestId("model-facts")).containsText("shapes 3");
            label.selectOption("2");
            model.selectOption("crosses/1");

            assertThat(other.page().getByTestId("model-facts")).containsText("crosses 1");
            assertThat(label.locator("option:checked")).hasText("Cross");
            assertThat(label).hasValue("0");
            // Two classes of one name are two.
            label.selectOption("2");
            model.selectOption("crosses/2");
            assertThat(label).hasValue("2");
            model.selectOption("shapes/3");
            assertThat(label.locator("option:checked")).hasText("any");
        }
        several.close().await(10, TimeUnit.SECONDS);
    }

    private Visit visit(int onPort) {
        return chromium.visit("http://127.0.0.1:" + onPort, 1280, 900, ColorScheme.LIGHT);
    }

    /** Does something after which the page asks for the models, and waits until it has. */
    private static void askedForModels(Visit there, Runnable first) {
        there.page().waitForRequest("**/v1/models", first);
    }

    private static void startLongRun(Visit there) {
        there.page().getByTestId("steps").fill("64");
        there.page().getByTestId("count").fill("16");
        there.page().getByTestId("generate").click();
        assertThat(there.page().getByTestId("timeline-step")).hasCount(64);
        assertThat(there.page().locator("[data-testid=timeline-step][data-step='2']"))
                .hasAttribute("data-state", "ran");
    }

    private static void assertLongRunIsWhole(Visit there, ShapesGenerator shapes) {
        assertThat(shapes.resumed()).hasSize(1);
        assertThat(shapes.answering()).hasSize(2);
        assertThat(there.page().getByTestId("error")).isHidden();
        assertThat(there.page().locator("[data-testid=canvas][data-final=true]"))
                .hasCount(16);
        assertThat(there.page().locator("[data-testid=timeline-step][data-state=ran]"))
                .hasCount(64);
    }

    @Test
    void morePicturesThanTheServerAllowsAreRefusedAtTheirField() {
        waitUntilFinal(8);
        fill("count", "17");
        byId("generate").click();

        assertThat(byId("error")).hasText("count: 17 (expected: 1..16)");
        assertThat(byId("count")).hasAttribute("aria-invalid", "true");
    }

    @Test
    void colourPicturesAreDrawnInColour() throws Exception {
        HttpServer colour = start(new ShapesGenerator(vertx, 3), 0);
        try (Visit other = chromium.visit("http://127.0.0.1:" + colour.actualPort(), 1280, 900, ColorScheme.LIGHT)) {
            assertThat(other.page().locator("[data-testid=canvas][data-final=true]"))
                    .hasCount(8);

            Object coloured = other.page()
                    .evaluate("[...document.querySelector('canvas').getContext('2d').getImageData(0, 0, 28, 28).data]"
                            + ".some((value, i, all) => i % 4 === 0 && value > all[i + 1] && all[i + 1] > all[i + 2])");

            assertThat(coloured).isEqualTo(true);
        }
        colour.close().await(10, TimeUnit.SECONDS);
    }

    @Test
    void onePictureAndSixteenPicturesFitTheirGrid() {
        waitUntilFinal(8);
        fill("count", "1");
        byId("generate").click();
        waitUntilFinal(1);
        screenshot("one-picture");
        fill("count", "16");
        byId("generate").click();
        waitUntilFinal(16);
        screenshot("sixteen-pictures");

        assertThat(byId("caption").all())
                .allSatisfy(caption -> assertThat(caption.isVisible()).isTrue());
    }

    @Test
    void theVersionThatIsChosenAnswersAndStaysChosenWhileItIsServed() throws Exception {
        ServedModel newer = ShapesGenerator.model("3", 1);
        ShapesGenerator versions = new ShapesGenerator(vertx, List.of(newer, ShapesGenerator.model("2", 1)));
        HttpServer first = start(versions, 0);
        int there = first.actualPort();
        try (Visit other = chromium.visit("http://127.0.0.1:" + there, 1280, 900, ColorScheme.LIGHT)) {
            Locator model = other.page().getByTestId("model");
            Locator error = other.page().getByTestId("error");
            awaitEnd(other);
            model.selectOption("shapes/2");
            generate(other);
            assertThat(versions.answering()).containsExactly("3", "2");

            first.close().await(10, TimeUnit.SECONDS);
            assertThat(error).containsText("connection to the server was lost");
            HttpServer second = start(versions, there);
            assertThat(error).isHidden();
            assertThat(model).hasValue("shapes/2");
            generate(other);
            assertThat(versions.answering()).containsExactly("3", "2", "2");

            versions.serve(List.of(newer));
            other.page().getByTestId("generate").click();
            assertThat(error).hasText("model: shapes/2 (expected: one of shapes/3)");
            assertThat(model).hasValue("shapes/3");
            generate(other);
            assertThat(versions.answering()).containsExactly("3", "2", "2", "3");
            second.close().await(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aDenoiserIsAskedForNoGammaAndAModelThatJumpsIs() throws Exception {
        List<ServedModel> served = List.of(ShapesGenerator.denoiser(), ShapesGenerator.model("3", 1));
        HttpServer denoising = start(new ShapesGenerator(vertx, served), 0);
        try (Visit other = chromium.visit("http://127.0.0.1:" + denoising.actualPort(), 1280, 900, ColorScheme.LIGHT)) {
            awaitEnd(other);
            assertThat(other.page().getByTestId("error")).isHidden();
            assertThat(other.page().getByTestId("gamma")).isDisabled();
            assertThat(other.page().getByTestId("gamma-slider")).isDisabled();
            Locator rows = other.page().getByTestId("timeline-step");
            assertThat(rows.locator(".noise")).hasText(new String[] {
                "80.0 → 9.72",
                "80.0 → 9.72 again",
                "9.72 → 0.470",
                "9.72 → 0.470 again",
                "0.470 → 0.00200",
                "0.470 → 0.00200 again",
                "0.00200 → 0"
            });
            assertThat(rows.nth(1))
                    .hasAttribute("aria-label", Pattern.compile("^Step 2, noise 80.0 → 9.72 again, at "));

            other.page().getByTestId("model").selectOption("shapes/3");
            assertThat(other.page().getByTestId("gamma")).isEnabled();
            other.page().getByTestId("gamma").fill("2");
            other.page().getByTestId("generate").click();
            assertThat(other.page().getByTestId("error")).containsText("gamma: 2");
        }
        denoising.close().await(10, TimeUnit.SECONDS);
    }

    private static void generate(Visit there) {
        there.page().getByTestId("generate").click();
        awaitEnd(there);
    }

    private static void awaitEnd(Visit there) {
        assertThat(there.page().getByTestId("status")).containsText("finished in");
    }

    private HttpServer start(Generator generator, int onPort) throws Exception {
        WebSocketDoor webSocketDoor = new WebSocketDoor(
                Open.entrance(generator),
                Origins.of(List.of()),
                new WebSocketSettings(16, 4, 16384, Duration.ofSeconds(30), Duration.ofSeconds(30)));
        HttpServerOptions options = new HttpServerOptions();
        webSocketDoor.configure(options);
        Router router = Router.router(vertx);
        new HttpDoor(Open.entrance(generator)).mount(router);
        webSocketDoor.mount(router);
        return vertx.createHttpServer(options)
                .requestHandler(router)
                .listen(onPort, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
    }
}
