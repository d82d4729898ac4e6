package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What a visitor can rely on, tested in Chromium against whatever server a subclass runs.
 *
 * <p>The server must serve a model with at least two classes and allow 8 pictures of 4 steps and 16 pictures of 64
 * steps, the run that is long enough to be stopped.
 */
abstract class PageContract extends PageFixture {
    /** As many pictures as one request may ask for: work that lasts while the browser looks at it. */
    abstract String manyPictures();

    @Test
    void firstVisitShowsEightPicturesThatRefineToTheirEnd() {
        waitUntilFinal(8);

        assertFrames(8, 3);
        assertThat(byId("timeline-step")).hasCount(4);
        assertThat(byId("first-picture")).containsText("first picture after");
        assertThat(byId("status")).containsText("finished in");
        assertThat(byId("error")).isHidden();
        // It changes at every step, and would be read aloud at each.
        assertThat(byId("scrub-value")).hasAttribute("aria-live", "off");
        screenshot("first-visit-light");
    }

    @Test
    void pageIsReadableInTheDarkAndOnANarrowScreen() {
        visit.close();
        open(1280, 900, ColorScheme.DARK);
        waitUntilFinal(8);
        screenshot("first-visit-dark");
        visit.close();
        open(390, 844, ColorScheme.DARK);
        waitUntilFinal(8);
        screenshot("first-visit-narrow-dark");
        visit.close();
        open(390, 844, ColorScheme.LIGHT);
        waitUntilFinal(8);
        screenshot("first-visit-narrow-light");

        Object overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

        assertThat(overflow).isEqualTo(0);
    }

    /** Phones of Apple zoom to a field whose letters have less than 16 pixels. */
    @Test
    void lettersOfFieldsAreLargeEnoughForAPhone() {
        visit.close();
        visit = chromium.phone(baseUrl());
        page = visit.page();
        waitUntilFinal(8);

        Object sizes = page.evaluate("[...document.querySelectorAll('select, input:not([type=range])')]"
                + ".map(field => parseFloat(getComputedStyle(field).fontSize))");
        assertThat((List<?>) sizes)
                .hasSizeGreaterThan(5)
                .allSatisfy(size -> assertThat(((Number) size).doubleValue()).isGreaterThanOrEqualTo(16));
    }

    @Test
    void generateAsksForWhatTheControlsSay() {
        waitUntilFinal(8);
        byId("class").selectOption("1");
        String label = (String) byId("class").evaluate("select => select.selectedOptions[0].text");
        fill("steps", "6");
        fill("count", "4");
        fill("gamma", "0.5");
        fill("seed", "123");
        byId("generate").click();
        waitUntilFinal(4);

        assertFrames(4, 3);
        assertThat(byId("timeline-step")).hasCount(6);
        assertThat(byId("seed-used")).hasText("123");
        assertThat(byId("gamma-slider")).hasValue("0.5");
        for (Locator caption : byId("caption").all()) {
            assertThat(caption).hasText(label + " 6/6");
        }
        screenshot("generated");
    }

    @Test
    void sameSeedGivesTheSamePictures() {
        waitUntilFinal(8);
        fill("seed", "18446744073709551613");
        byId("generate").click();
        waitUntilRun("18446744073709551613", 8);
        List<String> first = pictures();
        fill("seed", "18446744073709551614");
        byId("generate").click();
        waitUntilRun("18446744073709551614", 8);
        List<String> other = pictures();
        fill("seed", "18446744073709551613");
        byId("generate").click();
        waitUntilRun("18446744073709551613", 8);

        assertThat(pictures()).isEqualTo(first).isNotEqualTo(other);
    }

    @Test
    void stopEndsTheRefinementWhereItIs() {
        waitUntilFinal(8);
        fill("steps", "64");
        fill("count", manyPictures());
        byId("generate").click();
        assertThat(byId("timeline-step")).hasCount(64);
        assertThat(byId("canvas").first()).not().hasAttribute("data-frames", "0");
        byId("stop").click();

        assertThat(byId("status")).containsText("stopped at step");
        assertThat(byId("stop")).isDisabled();
        assertThat(byId("generate")).isEnabled();
        // What is disabled has no focus, and those who work by the keyboard would be sent to the page's top.
        assertThat(byId("generate")).isFocused();
        assertThat(page.locator("[data-testid=canvas][data-final=true]")).hasCount(0);
        assertThat(byId("error")).isHidden();
        screenshot("stopped");
    }

    @Test
    void badValueIsExplainedAtItsFieldAndLeavesThePicturesAlone() {
        waitUntilFinal(8);
        fill("gamma", "2");
        byId("generate").click();

        assertThat(byId("error")).containsText("gamma: 2");
        assertThat(byId("error")).hasAttribute("role", "alert");
        assertThat(byId("gamma")).hasAttribute("aria-invalid", "true");
        assertThat(byId("gamma")).isFocused();
        screenshot("bad-value");
        byId("timeline-step").first().click();
        assertThat(byId("scrub-value")).hasText("1 of 4");
        fill("gamma", "1");
        byId("generate").click();
        waitUntilFinal(8);
        assertThat(byId("error")).isHidden();
        assertThat(byId("gamma")).not().hasAttribute("aria-invalid", "true");
    }

    @Test
    void timelineShowsAnEarlierStepAgain() {
        waitUntilFinal(8);
        List<String> last = pictures();
        Locator firstStep = byId("timeline-step").first();
        firstStep.click();

        assertThat(firstStep).hasAttribute("aria-pressed", "true");
        assertThat(byId("scrub-value")).hasText("1 of 4");
        assertThat(byId("canvas").first()).hasAttribute("data-step", "1");
        assertThat(pictures()).doesNotContainAnyElementsOf(last);
        screenshot("scrubbed");
        byId("scrub").fill("4");
        assertThat(byId("canvas").first()).hasAttribute("data-step", "4");
        assertThat(byId("scrub-value")).hasText("4 of 4");
        assertThat(pictures()).isEqualTo(last);
    }

    /** By what is painted: a page may count frames and paint another. */
    @Test
    void everyCanvasShowsAtLeastThreePicturesOnItsWay() {
        waitUntilFinal(8);
        List<Set<String>> shown = new ArrayList<>();
        pictures().forEach(picture -> shown.add(new HashSet<>()));
        for (int step = 1; step <= 4; step++) {
            byId("scrub").fill(String.valueOf(step));
            assertThat(byId("scrub-value")).hasText(step + " of 4");
            List<String> pictures = pictures();
            for (int i = 0; i < shown.size(); i++) {
                shown.get(i).add(pictures.get(i));
            }
        }

        assertThat(shown).allSatisfy(pictures -> assertThat(pictures).hasSizeGreaterThanOrEqualTo(3));
    }

    @Test
    void keyboardAloneGeneratesAndStops() {
        waitUntilFinal(8);
        fill("steps", "64");
        fill("count", "16");
        byId("count").press("Enter");
        assertThat(byId("timeline-step")).hasCount(64);
        page.keyboard().press("Escape");

        assertThat(byId("status")).containsText("stopped");
    }

    @Test
    void diceRollsASeedThatIsThenUsed() {
        waitUntilFinal(8);
        byId("dice").click();
        String rolled = byId("seed").inputValue();
        assertThat(rolled).matches("[0-9]{1,10}");
        byId("generate").click();

        assertThat(byId("seed-used")).hasText(rolled);
    }

    private void waitUntilRun(String seed, int count) {
        assertThat(byId("seed-used")).hasText(seed);
        waitUntilFinal(count);
    }

    private void assertFrames(int count, int atLeast) {
        List<Locator> canvases = byId("canvas").all();
        assertThat(canvases).hasSize(count);
        for (Locator canvas : canvases) {
            assertThat(Integer.parseInt(canvas.getAttribute("data-frames"))).isGreaterThanOrEqualTo(atLeast);
        }
    }

    /** What every canvas shows, as text. */
    final List<String> pictures() {
        return byId("canvas").all().stream()
                .map(canvas -> (String) canvas.evaluate("canvas => canvas.toDataURL()"))
                .toList();
    }
}
