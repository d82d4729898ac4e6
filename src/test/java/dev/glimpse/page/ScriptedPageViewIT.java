package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import dev.glimpse.generation.ServedModel;
import io.vertx.core.http.HttpServer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the page shows, and what it lets a visitor choose. */
// A browser and its server take both processors.
@Tag("alone")
class ScriptedPageViewIT extends ScriptedPageFixture {
    @Test
    void aGammaThatIsLeftOutIsZeroAtTheSliderAsWell() {
        waitUntilFinal(8);
        fill("gamma", "0.8");
        fill("gamma", "");

        assertThat(byId("gamma-slider")).hasValue("0");
    }

    @Test
    void morePicturesThanTheServerAllowsAreRefusedAtTheirField() {
        waitUntilFinal(8);
        fill("count", "17");
        byId("generate").click();

        assertThat(byId("error")).hasText("count: 17 (expected: 1..16)");
        assertThat(byId("count")).hasAttribute("aria-invalid", "true");
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
}
