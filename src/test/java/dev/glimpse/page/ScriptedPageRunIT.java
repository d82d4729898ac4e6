package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Clock;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.glimpse.api.grpc.CuttableWire;
import io.vertx.core.http.HttpServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a run goes on, waits or ends whatever its server or its connection does. */
// A browser and its server take both processors.
@Tag("alone")
class ScriptedPageRunIT extends ScriptedPageFixture {
    /**
     * After so long without a message the page asks whether the server is there, and waits half of it for an answer.
     */
    private static final long SILENCE_MILLIS = 20_000;

    /**
     * The page asks again without room after this, and waits twice as long behind every further answer of that kind.
     */
    private static final long FIRST_PAUSE_MILLIS = 500;

    /** After so long without an answer the page takes the connections that its browser keeps for dead. */
    private static final long PATIENCE_MILLIS = 5000;

    /** After so long the page goes without the answer to its cancel. */
    private static final long CANCEL_PATIENCE_MILLIS = 3000;

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

    /** Else the keyboard would be back at the top of the page. */
    @Test
    void whoLooksThroughTheStepsBeforeStaysThereWhenTheNextRunBegins() {
        List<Runnable> held = new ArrayList<>();
        page.routeWebSocket("**/v1/stream", socket -> {
            WebSocketRoute server = socket.connectToServer();
            socket.onMessage(frame -> {
                if (frame.text().contains("\"steps\":3")) {
                    held.add(() -> server.send(frame.text()));
                } else {
                    server.send(frame.text());
                }
            });
        });
        page.reload();
        awaitEnd(visit);
        fill("steps", "3");
        byId("generate").click();
        page.waitForCondition(() -> !held.isEmpty());
        byId("timeline-step").first().focus();
        held.get(0).run();

        assertThat(byId("timeline-step")).hasCount(3);
        assertThat(byId("timeline")).isFocused();
    }

    /** Does something after which the page asks for the models, and waits until it has. */
    private static void askedForModels(Visit there, Runnable first) {
        there.page().waitForRequest("**/v1/models", first);
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
}
