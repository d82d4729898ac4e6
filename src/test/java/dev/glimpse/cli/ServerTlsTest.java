package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.config.Settings;
import dev.glimpse.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServerTlsTest {
    private static final Duration LOOK = Duration.ofMillis(20);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private TestCertificate first;

    @BeforeEach
    void writeTheFirstCertificate() throws Exception {
        first = TestCertificate.make(directory);
        replace("certificate.pem", first.certificate());
        replace("key.pem", first.privateKey());
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void clientsAgreeOnTheirVersionOfHttp(HttpClient.Version version) throws Exception {
        int port = listen(Optional.empty());
        assertThat(get(port, first.trusting(), version).version()).isEqualTo(version);
    }

    @Test
    void aClientWithoutACertificateIsTurnedAway() throws Exception {
        TestCertificate client = TestCertificate.make(directory);
        int port = listen(Optional.of(replace("clients.pem", client.certificate())));

        assertThatThrownBy(() -> get(port, first.trusting(), HttpClient.Version.HTTP_1_1))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aClientWithACertificateOfTheAuthorityIsServed() throws Exception {
        TestCertificate client = TestCertificate.make(directory);
        int port = listen(Optional.of(replace("clients.pem", client.certificate())));

        assertThat(get(port, first.trustingAndShowing(client), HttpClient.Version.HTTP_2)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        int port = listen(Optional.empty());
        TestCertificate second = TestCertificate.make(directory);
        replace("key.pem", second.privateKey());
        replace("certificate.pem", second.certificate());

        boolean shown = false;
        for (int look = 0; look < 500 && !shown; look++) {
            vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);
            shown = trusted(port, second);
        }
        assertThat(shown).isTrue();
        assertThat(trusted(port, first)).isFalse();
    }

    @Test
    void aBrokenCertificateLeavesTheOneBeforeInUse() throws Exception {
        int port = listen(Optional.empty());
        replace("certificate.pem", "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n");
        vertx.timer(10 * LOOK.toMillis(), TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);

        assertThat(trusted(port, first)).isTrue();
    }

    @Test
    void aFileOfAnotherKindIsRefusedByItsSetting() throws Exception {
        Path file = replace("certificate.pem", "no certificate");
        assertThatThrownBy(() -> listen(Optional.empty()))
                .hasMessage("tls.certificate: " + file + " (expected: a readable PEM file)");
    }

    private int listen(Optional<Path> clientCa) throws Exception {
        Settings.Tls settings = new Settings.Tls(
                Optional.of(directory.resolve("certificate.pem")),
                Optional.of(directory.resolve("key.pem")),
                clientCa,
                LOOK);
        HttpServerOptions options = new HttpServerOptions();
        ServerTls.configure(options, settings);
        HttpServer server = vertx.createHttpServer(options)
                .requestHandler(request -> request.response().end("served"));
        ServerTls.follow(vertx, server, settings);
        return server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS).actualPort();
    }

    private static boolean trusted(int port, TestCertificate certificate) throws Exception {
        try {
            return get(port, certificate.trusting(), HttpClient.Version.HTTP_2).statusCode() == 200;
        } catch (SSLException e) {
            return false;
        }
    }

    private static HttpResponse<String> get(int port, SSLContext tls, HttpClient.Version version) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(tls).version(version).build();
        return client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/"))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** In one turn, as a mounted secret is exchanged, so that nobody reads half of it. */
    private Path replace(String name, String text) throws IOException {
        Path beside = Files.writeString(directory.resolve("next.pem"), text);
        return Files.move(
                beside, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
