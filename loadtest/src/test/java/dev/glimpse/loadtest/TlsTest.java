package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Servers that speak TLS, with a certificate that Java does not trust by itself. */
class TlsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter errors = new StringWriter();
    private TestCertificate certificate;
    private ScriptedServer server;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws Exception {
        certificate = TestCertificate.make(directory);
        server = new ScriptedServer(1, "", Optional.of(certificate.grpc()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aServerWhoseAuthorityIsGivenIsLoadedAndAsked() throws Exception {
        HttpsServer admin = https();
        admin.createContext("/metrics", exchange -> {
            byte[] body = "glimpse_nfe_total{kind=\"wasted\"} 7.0\n".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        admin.start();
        try {
            int status = execute(
                    target(),
                    "--ca=" + certificate.pem(),
                    "--admin=https://localhost:" + admin.getAddress().getPort());

            assertThat(status).as(errors.toString()).isZero();
            JsonObject run = JsonParser.parseString(out.toString())
                    .getAsJsonObject()
                    .getAsJsonArray("runs")
                    .get(0)
                    .getAsJsonObject();
            assertThat(run.get("finished").getAsInt())
                    .isEqualTo(run.get("offered").getAsInt())
                    .isPositive();
            assertThat(run.get("wasted_nfe").getAsInt()).isZero();
        } finally {
            admin.stop(0);
        }
    }

    @Test
    void aServerWithAnotherAuthorityIsNotBelieved() throws Exception {
        assertThat(execute(target())).isEqualTo(1);
        assertThat(execute(target(), "--ca=" + TestCertificate.make(directory).pem()))
                .isEqualTo(1);
        assertThat(server.seeds()).isEmpty();
    }

    @Test
    void authoritiesThatNoServerIsHeldToAreRefused() {
        assertThat(execute("--ca=" + certificate.pem(), "--target=localhost:1")).isEqualTo(1);
        assertThat(errors.toString())
                .contains("--ca: " + certificate.pem() + " (expected: with a --target of https://)");
    }

    @Test
    void idleSocketsSpeakTlsToo() throws Exception {
        HttpsServer full = https();
        full.createContext("/v1/stream", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        full.start();
        try {
            Target target = Target.parse(
                    "--target",
                    "https://localhost:" + full.getAddress().getPort(),
                    Tls.of("--ca", Optional.of(certificate.pem())));

            assertThat(IdleSockets.open(target, 1, Optional.empty(), () -> true).missing(1))
                    .hasValueSatisfying(why -> assertThat(why).contains("HTTP 503"));
        } finally {
            full.stop(0);
        }
    }

    private HttpsServer https() throws Exception {
        HttpsServer made = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        made.setHttpsConfigurator(new HttpsConfigurator(certificate.context()));
        return made;
    }

    private String target() {
        return "--target=https://localhost:" + server.target().port();
    }

    private int execute(String... options) {
        Stream<String> all = Stream.concat(
                Stream.of("W2", "--capacity=100", "--seconds=1", "--warm-up=0", "--timeout=2", "--json"),
                Stream.of(options));
        out.getBuffer().setLength(0);
        return new CommandLine(new LoadCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(errors))
                .execute(all.toArray(String[]::new));
    }
}
