package dev.glimpse.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machine's own Chromium, at $CHROMIUM or where Debian puts it; never a downloaded one. */
record Chromium(Playwright playwright, Browser browser) implements AutoCloseable {
    static Chromium launch() {
        // A machine that builds and computes beside the browser takes its time; what is awaited here is not speed.
        PlaywrightAssertions.setDefaultAssertionTimeout(60_000);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        String executable = Optional.ofNullable(System.getenv("CHROMIUM")).orElse("/usr/bin/chromium");
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(executable))
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-dev-shm-usage",
                                "--disable-background-networking")));
        return new Chromium(playwright, browser);
    }

    /** Opens the page in a window of its own. */
    Visit visit(String url, int width, int height, ColorScheme scheme) {
        return Visit.open(
                browser.newContext(new Browser.NewContextOptions()
                        .setViewportSize(width, height)
                        .setColorScheme(scheme)),
                url);
    }

    /** Opens the page on a phone, where fingers point. */
    Visit phone(String url) {
        return Visit.open(
                browser.newContext(new Browser.NewContextOptions()
                        .setViewportSize(390, 844)
                        .setIsMobile(true)
                        .setHasTouch(true)),
                url);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
