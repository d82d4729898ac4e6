package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BannerTest {
    @Test
    void aPlainPortIsShownWithPlainAddresses() {
        assertThat(banner(false))
                .contains("page     http://glimpse.example:8443/", "socket   ws://glimpse.example:8443/v1/stream")
                .doesNotContain("https", "wss", "TLS");
    }

    @Test
    void anEncryptedPortIsShownWithEncryptedAddresses() {
        assertThat(banner(true))
                .contains(
                        "page     https://glimpse.example:8443/",
                        "socket   wss://glimpse.example:8443/v1/stream",
                        "gRPC     glimpse.example:8443, glimpse.v1.Glimpse, TLS",
                        "admin    http://localhost:8081/readyz");
    }

    private static String banner(boolean encrypted) {
        Banner.Facts facts = new Banner.Facts(
                "glimpse.example",
                8443,
                encrypted,
                "http://localhost:8081",
                List.of(new Banner.Model(ScriptedGenerator.MODEL, 1)));
        return Banner.of(facts, Duration.ofSeconds(2));
    }
}
