package dev.glimpse.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginsTest {
    private final Origins sameOriginOnly = Origins.of(List.of());

    @ParameterizedTest
    @CsvSource({
        "http://localhost:8080, localhost:8080",
        "http://example.org, example.org",
        "http://example.org, example.org:80",
        "https://example.org, example.org",
        "https://example.org:443, example.org",
        "http://EXAMPLE.org:8080, example.ORG:8080",
        "http://[::1]:8080, [::1]:8080",
        "http://glimpse_1:8080, glimpse_1:8080",
        "http://my_server, my_server:80"
    })
    void pageOfTheVeryHostItCallsIsAllowed(String origin, String host) {
        assertThat(sameOriginOnly.allows(origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example, localhost:8080",
        "http://localhost:8081, localhost:8080",
        "http://localhost, localhost:8080",
        "https://example.org, example.org:80",
        "http://example.org.evil.example, example.org",
        "http://evil.example/localhost:8080, localhost:8080",
        "http://localhost:8080@evil.example, localhost:8080",
        "http://evil.example?localhost, localhost",
        "http://glimpse_2:8080, glimpse_1:8080",
        "http://glimpse_1:8081, glimpse_1:8080",
        "http://glimpse_1@evil_1, glimpse_1",
        "null, localhost:8080",
        "not an origin, localhost:8080",
        "'', localhost:8080"
    })
    void pageOfAnotherHostIsRefused(String origin, String host) {
        assertThat(sameOriginOnly.allows(origin, host)).isFalse();
    }

    @Test
    void requestWithoutOriginComesFromNoBrowserAndIsAllowed() {
        assertThat(sameOriginOnly.allows(null, "localhost:8080")).isTrue();
    }

    @Test
    void originWithoutHostIsRefused() {
        assertThat(sameOriginOnly.allows("http://localhost:8080", null)).isFalse();
    }

    @Test
    void configuredOriginIsAllowedAndOnlyThatOne() {
        Origins origins = Origins.of(List.of("https://app.example.org"));

        assertThat(origins.allows("https://app.example.org", "localhost:8080")).isTrue();
        assertThat(origins.allows("https://APP.example.org:443", "localhost:8080"))
                .isTrue();
        assertThat(origins.allows("http://app.example.org", "localhost:8080")).isFalse();
        assertThat(origins.allows("https://example.org", "localhost:8080")).isFalse();
    }

    @Test
    void starAllowsEveryPage() {
        assertThat(Origins.of(List.of("*")).allows("null", "localhost:8080")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.org",
                "https://",
                "https://example.org/page",
                "*.example.org",
                "",
                "http://a b",
                "http://*_1"
            })
    void configuredTextThatIsNoOriginIsNamed(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Origins.of(List.of(text)))
                .withMessage("origins: " + text + " (expected: scheme://host, scheme://host:port or *)");
    }
}
