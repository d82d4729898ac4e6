package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
    private static final Tls TLS = Tls.of("--ca", Optional.empty());

    @ParameterizedTest
    @CsvSource({
        "localhost:8080, localhost:8080, http://localhost:8080",
        "step=localhost:8080, step, http://localhost:8080",
        "http://localhost:8080/, localhost:8080, http://localhost:8080",
        "http://localhost, localhost:80, http://localhost:80",
        "https://localhost, localhost:443, https://localhost:443",
        "edge=https://glimpse.example/, edge, https://glimpse.example:443",
        "edge=https://[::1]:8443, edge, https://[::1]:8443",
        "[::1]:8443, ::1:8443, http://[::1]:8443",
    })
    void aServerHasANameAndAnAddress(String text, String name, String url) {
        Target target = Target.parse("--target", text, TLS);

        assertThat(target.name()).isEqualTo(name);
        assertThat(target.url("http")).isEqualTo(url);
        assertThat(target.url("ws")).isEqualTo(url.replace("http", "ws"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "name=localhost", "localhost:65536", "https://", "https://a:b", "ftp://a:1", "a/b:1"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatThrownBy(() -> Target.parse("--target", text, TLS))
                .hasMessage("--target: " + text + " (expected: HOST:PORT, https://HOST, or either behind NAME=)");
    }
}
