package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.config.Settings;
import dev.glimpse.testing.LogLines;
import dev.glimpse.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTlsTest {
    private static final Duration LOOK = Duration.ofMillis(20);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private TestCertificate first;
    private ServerTls tls;

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
        TestCertificate second = TestCertificate.make(directory, "EC", 365);
        replace("key.pem", second.privateKey());
        replace("certificate.pem", second.certificate());

        awaitShown(port, second);
        assertThat(trusted(port, first)).isFalse();
    }

    private void awaitShown(int port, TestCertificate certificate) throws Exception {
        boolean shown = false;
        for (int look = 0; look < 500 && !shown; look++) {
            vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);
            shown = trusted(port, certificate) && tls.expiry() == expiry(certificate);
        }
        assertThat(shown).isTrue();
    }

    /** A server's port opens a while after its certificate was read. */
    @Test
    void aCertificateThatIsRenewedBeforeThePortIsOpenIsShownToo() throws Exception {
        HttpServer server = server(Optional.empty());
        TestCertificate second = TestCertificate.make(directory, "EC", 365);
        replace("key.pem", second.privateKey());
        replace("certificate.pem", second.certificate());
        int port = open(server);

        awaitShown(port, second);
    }

    @Test
    void aBrokenCertificateLeavesTheOneBeforeInUse() throws Exception {
        int port = listen(Optional.empty());
        Path certificate = directory.resolve("certificate.pem");
        awaitRefusal(
                "tls.certificate: " + certificate + " (expected: a PEM file of certificates)",
                () -> replace("certificate.pem", "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----\n"));

        assertThat(trusted(port, first)).isTrue();
    }

    @Test
    void theKeyOfAnotherCertificateLeavesThePairBeforeInUse() throws Exception {
        first = TestCertificate.make(directory, "RSA", 90);
        replace("certificate.pem", first.certificate());
        replace("key.pem", first.privateKey());
        int port = listen(Optional.empty());
        TestCertificate other = TestCertificate.make(directory, "RSA", 90);
        awaitRefusal(keyOfAnother(), () -> replace("key.pem", other.privateKey()));

        assertThat(trusted(port, first)).isTrue();
    }

    private interface Change {
        void make() throws Exception;
    }

    /** Changes a file and waits until the log says why it is refused; from then on nothing else becomes of it. */
    private static void awaitRefusal(String reason, Change change) throws Exception {
        try (LogLines log = new LogLines(FileWatch.class.getName())) {
            change.make();
            log.until(reason + "; what was read before stays in force");
        }
    }

    private String keyOfAnother() {
        return "tls.private-key: " + directory.resolve("key.pem")
                + " (expected: the key of the first certificate in tls.certificate)";
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void theKeyOfAnotherCertificateIsRefusedAtTheStart(String algorithm) throws Exception {
        replace("key.pem", TestCertificate.make(directory, algorithm, 90).privateKey());
        assertThatThrownBy(() -> listen(Optional.empty())).hasMessage(keyOfAnother());
    }

    /** Whatever certificate it belongs to: there is no password to read it with. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIHsMFcGCSqGSIb3DQEFDTBK\n-----END ENCRYPTED PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,3F17\n\nMIHs\n-----END RSA PRIVATE KEY-----\n"
            })
    void anEncryptedKeyIsRefusedForThat(String pem) throws Exception {
        Path key = replace("key.pem", pem);
        assertThatThrownBy(() -> listen(Optional.empty()))
                .hasMessage("tls.private-key: " + key + " (expected: an unencrypted key)");
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, EdDSA", "RSASSA-PSS, RSASSA-PSS"})
    void aCertificateOfAnotherAlgorithmIsRefusedByIt(String made, String told) throws Exception {
        TestCertificate other = TestCertificate.make(directory, made, 90);
        Path certificate = replace("certificate.pem", other.certificate());
        replace("key.pem", other.privateKey());
        assertThatThrownBy(() -> listen(Optional.empty()))
                .hasMessage("tls.certificate: " + certificate
                        + " (expected: a certificate with an RSA or EC key; its key is " + told + ")");
    }

    @Test
    void theFirstCertificateToExpireCounts() throws Exception {
        double expected = expiry(first);
        // A chain whose authority lives longer is as old as its first certificate.
        replace(
                "certificate.pem",
                first.certificate() + TestCertificate.make(directory, "EC", 365).certificate());
        replace("clients.pem", TestCertificate.make(directory, "EC", 365).certificate());
        listen(Optional.of(directory.resolve("clients.pem")));

        assertThat(tls.expiry()).isEqualTo(expected);
    }

    /** One that is replaced stays until all clients have a certificate of the new one. */
    @Test
    void theLastAuthorityOfClientsToExpireCounts() throws Exception {
        TestCertificate older = TestCertificate.make(directory, "EC", 1);
        TestCertificate newer = TestCertificate.make(directory, "EC", 365);
        replace("clients.pem", newer.certificate() + older.certificate());
        listen(Optional.of(directory.resolve("clients.pem")));

        assertThat(tls.clientCaExpiry()).isEqualTo(expiry(newer));
        assertThat(tls.expiry()).isEqualTo(expiry(first));
    }

    @Test
    void aRenewalThatIsRefusedLeavesTheExpiryOfWhatIsShown() throws Exception {
        listen(Optional.empty());
        double shown = expiry(first);
        TestCertificate other = TestCertificate.make(directory, "RSA", 365);
        awaitRefusal(keyOfAnother(), () -> replace("certificate.pem", other.certificate()));
        assertThat(tls.expiry()).isEqualTo(shown);

        Path certificate = directory.resolve("certificate.pem");
        awaitRefusal(
                "tls.certificate: " + certificate + " (expected: a readable PEM file)",
                () -> Files.delete(certificate));
        assertThat(tls.expiry()).isEqualTo(shown);
    }

    @Test
    void aPortWithoutTlsHasNothingThatExpires() {
        Settings.Tls none = new Settings.Tls(Optional.empty(), Optional.empty(), Optional.empty(), LOOK);
        ServerTls plain = new ServerTls(vertx, none);
        plain.configure(new HttpServerOptions());

        assertThat(plain.expiry()).isNaN();
        assertThat(plain.clientCaExpiry()).isNaN();
    }

    private static double expiry(TestCertificate certificate) throws Exception {
        X509Certificate parsed = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificate.certificate().getBytes(StandardCharsets.US_ASCII)));
        return parsed.getNotAfter().getTime() / 1e3;
    }

    @Test
    void aFileOfAnotherKindIsRefusedByItsSetting() throws Exception {
        Path file = replace("certificate.pem", "no certificate");
        assertThatThrownBy(() -> listen(Optional.empty()))
                .hasMessage("tls.certificate: " + file + " (expected: a readable PEM file)");
    }

    private int listen(Optional<Path> clientCa) throws Exception {
        return open(server(clientCa));
    }

    private HttpServer server(Optional<Path> clientCa) {
        Settings.Tls settings = new Settings.Tls(
                Optional.of(directory.resolve("certificate.pem")),
                Optional.of(directory.resolve("key.pem")),
                clientCa,
                LOOK);
        HttpServerOptions options = new HttpServerOptions();
        tls = new ServerTls(vertx, settings);
        tls.configure(options);
        return vertx.createHttpServer(options)
                .requestHandler(request -> request.response().end("served"));
    }

    private int open(HttpServer server) throws Exception {
        tls.follow(server);
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
