package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.URI;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The page in Chromium, from whatever server a subclass runs, for the tests that extend it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageFixture {
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");

    /** A test that fails once in hundreds of runs is understood by what the page said then, or never. */
    @RegisterExtension
    final AfterTestExecutionCallback lastWords =
            context -> context.getExecutionException().ifPresent(failure -> {
                failure.addSuppressed(new AssertionError("The page said: " + words()));
                screenshot(context.getRequiredTestMethod().getName() + "-failed");
            });

    Chromium chromium;
    Visit visit;
    Page page;

    /** Where the server under test listens, such as http://127.0.0.1:8080. */
    abstract String baseUrl();

    @BeforeAll
    void startChromium() {
        chromium = Chromium.launch();
    }

    @AfterAll
    void stopChromium() {
        chromium.close();
    }

    @BeforeEach
    void openPage() {
        open(1280, 900, ColorScheme.LIGHT);
    }

    @AfterEach
    void pageAskedNobodyElseAndBrokeNothing() {
        assertThat(visit.hosts()).containsOnly(URI.create(baseUrl()).getAuthority());
        assertThat(visit.errors()).isEmpty();
        visit.close();
    }

    final void open(int width, int height, ColorScheme scheme) {
        visit = chromium.visit(baseUrl(), width, height, scheme);
        page = visit.page();
    }

    final Locator byId(String testId) {
        return page.getByTestId(testId);
    }

    final void fill(String testId, String value) {
        byId(testId).fill(value);
    }

    final void waitUntilFinal(int count) {
        assertThat(page.locator("[data-testid=canvas][data-final=true]")).hasCount(count);
        assertThat(byId("canvas")).hasCount(count);
    }

    final void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(getClass().getSimpleName() + "-" + name + ".png"))
                .setFullPage(true));
    }

    private String words() {
        return Stream.of("connection", "status", "error", "seed-used")
                .map(testId -> testId + ": " + byId(testId).textContent())
                .collect(Collectors.joining(
                        "; ", "", "; steps: " + byId("timeline-step").count()));
    }
}
