package dev.glimpse.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.glimpse.testing.Program;
import dev.glimpse.testing.ReadmeClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The browser's client of the README, built and served as it is written there, in Chromium. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrowserClientIT {
    private static final Pattern PAGE = Pattern.compile("^page (http://localhost:\\d+/)$", Pattern.MULTILINE);

    private Path directory;
    private Program server;
    private Process pages;
    private String url;
    private Chromium chromium;
    private Visit visit;
    private Page page;

    @BeforeAll
    void startEverything(@TempDir Path temporary) throws Exception {
        directory = temporary;
        server = Program.server(directory);
        String script =
                ReadmeClients.with("clients/browser").script(server.port()).replaceAll("--port \\d+", "--port 0");
        Path log = directory.resolve("pages.txt");
        pages = new ProcessBuilder("bash", "-e", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        url = awaitPage(log);
        chromium = Chromium.launch();
    }

    @AfterAll
    void stopEverything() {
        chromium.close();
        pages.descendants().forEach(ProcessHandle::destroyForcibly);
        pages.destroyForcibly();
        server.close();
    }

    @BeforeEach
    void openPage() {
        visit = chromium.visit(url, 1000, 700, ColorScheme.LIGHT);
        page = visit.page();
    }

    @AfterEach
    void nothingBroke() {
        assertThat(visit.errors()).isEmpty();
        visit.close();
    }

    @Test
    void everyFrameIsSavedAsTheFileThatOtherClientsSave() throws Exception {
        // More frames than the browser saves at once, be previews skipped or not.
        page.fill("[name=steps]", "2");
        page.fill("[name=count]", "11");
        page.click("#generate");
        assertThat(status()).containsText("finished after");
        List<Download> downloads = new ArrayList<>();
        page.onDownload(downloads::add);
        int frames = page.locator("#frames a").count();
        assertThat(frames).isGreaterThan(10);
        page.click("#save");
        assertThat(page.locator("#generate")).isDisabled();
        page.waitForCondition(() -> downloads.size() == frames);
        assertThat(page.locator("#generate")).isEnabled();
        assertThat(page.locator("#save")).isEnabled();
        Path saved = directory.resolve("saved");
        downloads.forEach(download -> download.saveAs(saved.resolve(download.suggestedFilename())));
        screenshot("generated");

        Path reference = directory.resolve("reference");
        String[] same = {"--label", "Sneaker", "--seed", "7", "--steps", "2", "--count", "11"};
        assertThat(runGenerate(reference, same)).isZero();
        for (String frame : List.of("0-1.png", "0-final.png", "10-final.png")) {
            assertThat(ImageIO.read(saved.resolve(frame).toFile())).isNotNull();
            assertThat(saved.resolve(frame)).hasSameBinaryContentAs(reference.resolve(frame));
        }
    }

    @Test
    void cancelEndsTheCall() {
        askForMuch();
        page.click("#generate");
        assertThat(page.locator("#frames a").first()).isVisible();
        page.click("#cancel");

        assertThat(status()).containsText("Canceled");
        assertThat(page.locator("#generate")).isEnabled();
    }

    @Test
    void deadlineEndsTheCallAndIsNamed() {
        askForMuch();
        page.fill("[name=timeout]", "0.4");
        page.click("#generate");

        assertThat(status()).containsText("DeadlineExceeded");
    }

    @Test
    void wrongFieldIsNamedFromTheDetailsOfTheStatus() {
        page.fill("[name=steps]", "0");
        page.click("#generate");

        assertThat(status())
                .hasText("InvalidArgument: steps: 0 (expected: at least 1)\nreason: INVALID_FIELD\nfield: steps");
        screenshot("refused");
    }

    @Test
    void anEmptyFieldIsOneThatIsNotSet() {
        for (String name : List.of("label", "steps", "count", "seed", "timeout")) {
            page.fill("[name=" + name + "]", "");
        }
        page.click("#generate");

        assertThat(status()).containsText("finished after");
        Locator last = page.locator("#frames a").last();
        assertThat(last).containsText("step 4");
        assertThat(last).hasAttribute("download", "0-final.png");
    }

    @Test
    void aSeedThatCannotBeSentIsNamed() {
        for (String wrong : List.of("abc", "0x10", "18446744073709551616")) {
            page.fill("[name=seed]", wrong);
            page.click("#generate");

            assertThat(status())
                    .hasText("InvalidArgument: seed: " + wrong + " (expected: a whole number 0..18446744073709551615)");
        }
    }

    @Test
    void aDeadlineThatIsNoneOrBeyondADayIsNotTaken() {
        for (String wrong : List.of("0", "-1", "1e12")) {
            page.fill("[name=timeout]", wrong);
            page.click("#generate");

            assertThat(page.locator("[name=timeout]:invalid")).hasCount(1);
            assertThat(status()).isEmpty();
        }
    }

    private void askForMuch() {
        page.fill("[name=steps]", "64");
        page.fill("[name=count]", "16");
    }

    private Locator status() {
        return page.locator("#status");
    }

    private void screenshot(String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of("target", "screenshots", "BrowserClientIT-" + name + ".png")));
    }

    private int runGenerate(Path out, String... options) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(List.of("generate", "--target", "127.0.0.1:" + server.port(), "--out", out.toString()));
        arguments.addAll(List.of(options));
        try (Program program = Program.start(directory, arguments.toArray(String[]::new))) {
            return program.status();
        }
    }

    private String awaitPage(Path log) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (System.nanoTime() - end < 0) {
            Matcher matcher = PAGE.matcher(Files.readString(log));
            if (matcher.find()) {
                return matcher.group(1);
            }
            if (pages.waitFor(50, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new AssertionError("no page: " + Files.readString(log));
    }
}
