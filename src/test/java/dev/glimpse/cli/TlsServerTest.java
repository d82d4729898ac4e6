package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.config.SettingsLoader;
import dev.glimpse.testing.RawHttp2;
import dev.glimpse.testing.RawHttp2.Answer;
import dev.glimpse.testing.TestCertificate;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.SessionRequest;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every door of a whole server behind TLS. */
@Timeout(120)
class TlsServerTest {
    private static final String SERVICE = "/glimpse.v1.Glimpse/";
    private static final String LOOK = "20ms";
    private static final byte[] GENERATE =
            frame(GenerateRequest.newBuilder().setSteps(2).build().toByteArray());

    @TempDir
    Path directory;

    private TestCertificate certificate;
    private SSLContext trust;
    private Server server;

    @BeforeEach
    void writeTheCertificate() throws Exception {
        certificate = TestCertificate.make(directory);
        trust = certificate.trusting();
        replace("certificate.pem", certificate.certificate());
        replace("key.pem", certificate.privateKey());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void gRpcAgreesOnHttp2ByAlpn() throws Exception {
        begin();
        try (RawHttp2 client = grpc(trust)) {
            assertThat(client.answer(client.call(SERVICE + "Generate", GENERATE))
                            .status())
                    .isZero();
        }
    }

    @Test
    void gRpcWebIsAnsweredOverHttp11() throws Exception {
        begin();
        HttpResponse<byte[]> answer = http(HttpClient.Version.HTTP_1_1)
                .send(
                        HttpRequest.newBuilder(uri("https", SERVICE + "Generate"))
                                .header("content-type", "application/grpc-web+proto")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(GENERATE))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());

        assertThat(Buffer.buffer(answer.body()).toString()).endsWith("grpc-status:0\r\n");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void thePageAndRestAreAnsweredOverBothVersions(HttpClient.Version version) throws Exception {
        begin();
        for (String path : List.of("/", "/v1/models", "/v1/generate?steps=1")) {
            HttpResponse<String> answer = http(version)
                    .send(HttpRequest.newBuilder(uri("https", path)).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(version);
        }
    }

    @Test
    void aWebSocketIsOpened() throws Exception {
        begin();
        Socket socket = new Socket();
        WebSocket opened = webSocket(socket, Map.of());
        opened.sendText("{\"type\":\"generate\",\"id\":\"a\",\"steps\":1}", true)
                .get(10, TimeUnit.SECONDS);

        assertThat(socket.finished.get(20, TimeUnit.SECONDS)).contains("\"id\":\"a\"");
    }

    @Test
    void aClientWithoutACertificateIsTurnedAwayAtEveryDoor() throws Exception {
        TestCertificate client = TestCertificate.make(directory);
        begin("tls.client-ca=" + replace("clients.pem", client.certificate()));

        assertThatThrownBy(() -> grpc(trust).answer(1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> webSocket(new Socket(), Map.of())).hasRootCauseInstanceOf(IOException.class);
        trust = certificate.trustingAndShowing(client);
        try (RawHttp2 shown = grpc(trust)) {
            assertThat(shown.answer(shown.call(SERVICE + "Generate", GENERATE)).status())
                    .isZero();
        }
        webSocket(new Socket(), Map.of());
    }

    @Test
    void aRenewedCertificateLeavesOpenStreamsAsTheyAre() throws Exception {
        begin("tls.reload-every=" + LOOK);
        try (RawHttp2 client = grpc(trust)) {
            int session = client.open(SERVICE + "Session");
            TestCertificate renewed = TestCertificate.make(directory);
            replace("key.pem", renewed.privateKey());
            replace("certificate.pem", renewed.certificate());
            awaitCertificate(renewed);

            client.frame(RawHttp2.DATA, 0, session, start("a"));
            client.frame(RawHttp2.DATA, RawHttp2.END_STREAM, session, new byte[0]);

            Answer answer = client.answer(session);
            assertThat(answer.status()).isZero();
            assertThat(answer.body()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "websocket"})
    void aKeyThatIsTakenOutEndsWhatIsOpenUnderIt(String door) throws Exception {
        CommandLineRun alice = CommandLineRun.of("key", "alice");
        CommandLineRun bob = CommandLineRun.of("key", "bob");
        String secret = alice.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
        Path keys = replace("keys.yaml", alice.out());
        begin("access.anonymous=never", "access.keys-file=" + keys, "access.reload-every=" + LOOK);

        if (door.equals("grpc")) {
            try (RawHttp2 client = grpc(trust)) {
                int session = client.open(SERVICE + "Session", "authorization", "Bearer " + secret);
                client.ping(1);
                replace("keys.yaml", bob.out());
                assertThat(client.answer(session).status()).isEqualTo(16);
            }
        } else {
            Socket socket = new Socket();
            webSocket(socket, Map.of("authorization", "Bearer " + secret));
            replace("keys.yaml", bob.out());
            assertThat(socket.closed.get(20, TimeUnit.SECONDS)).isEqualTo(1008);
        }
    }

    @Test
    void theTerminalClientShowsItsKeyToAServerItTrusts() throws Exception {
        CommandLineRun alice = CommandLineRun.of("key", "alice");
        String secret = alice.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
        begin("access.anonymous=never", "access.keys-file=" + replace("keys.yaml", alice.out()));
        Path key = replace("secret.txt", secret + "\n");
        String target = "--target=127.0.0.1:" + server.port();
        String authorities = "--ca=" + directory.resolve("certificate.pem");

        CommandLineRun known = CommandLineRun.of("generate", target, authorities, "--key-file=" + key, "--steps=1");
        CommandLineRun unknown = CommandLineRun.of("generate", target, authorities, "--steps=1");
        CommandLineRun wary = CommandLineRun.of("generate", target, "--tls", "--key-file=" + key, "--retries=0");

        assertThat(known.status()).as(known.err()).isZero();
        assertThat(unknown.err()).contains("API key");
        assertThat(wary.err()).contains("certif");
    }

    @Test
    void theTerminalClientShowsItsCertificateAndIsToldAtOnceWhereThatIsNotTaken() throws Exception {
        TestCertificate client = TestCertificate.make(directory);
        begin("tls.client-ca=" + replace("clients.pem", client.certificate()));
        String[] options = {
            "generate",
            "--target=127.0.0.1:" + server.port(),
            "--ca=" + directory.resolve("certificate.pem"),
            "--steps=1",
            "--certificate=" + directory.resolve("clients.pem"),
            "--private-key=" + replace("client-key.pem", client.privateKey())
        };
        CommandLineRun known = CommandLineRun.of(options);
        CommandLineRun nobody = CommandLineRun.of(Arrays.copyOf(options, 4));
        options[4] = "--certificate=" + directory.resolve("certificate.pem");
        options[5] = "--private-key=" + directory.resolve("key.pem");
        CommandLineRun stranger = CommandLineRun.of(options);

        assertThat(known.status()).as(known.err()).isZero();
        assertThat(nobody.status()).isEqualTo(1);
        assertThat(nobody.err().lines())
                .singleElement()
                .asString()
                .contains("no answer from ", "needs --certificate and --private-key");
        assertThat(stranger.status()).isEqualTo(1);
        assertThat(stranger.err().lines())
                .singleElement()
                .asString()
                .contains("no answer from ", "it may not know who issued --certificate");
    }

    private void begin(String... settings) throws Exception {
        TinyModel.write(directory.resolve("models/tiny/1"));
        List<SettingsLoader.Flag> flags = new ArrayList<>();
        List<String> all = new ArrayList<>(List.of(
                "models.directory=" + directory.resolve("models"),
                "server.port=0",
                "server.admin-port=0",
                "devices.workers=1",
                "tls.certificate=" + directory.resolve("certificate.pem"),
                "tls.private-key=" + directory.resolve("key.pem")));
        all.addAll(List.of(settings));
        all.forEach(setting -> {
            String[] pair = setting.split("=", 2);
            flags.add(new SettingsLoader.Flag(pair[0], pair[1], "--set"));
        });
        server = Server.start(SettingsLoader.load(Optional.empty(), Map.of(), flags), new CompletableFuture<>());
    }

    private RawHttp2 grpc(SSLContext context) throws Exception {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
        return new RawHttp2(socket);
    }

    private void awaitCertificate(TestCertificate shown) throws Exception {
        SSLContext context = shown.trusting();
        for (int look = 0; look < 2_000; look++) {
            try (RawHttp2 client = grpc(context)) {
                client.ping(look);
                return;
            } catch (SSLHandshakeException notYet) {
                assertThat(server.port()).isPositive();
            }
        }
        throw new AssertionError("the renewed certificate was never shown");
    }

    private HttpClient http(HttpClient.Version version) {
        return HttpClient.newBuilder().sslContext(trust).version(version).build();
    }

    private WebSocket webSocket(Socket socket, Map<String, String> headers) throws Exception {
        WebSocket.Builder builder = http(HttpClient.Version.HTTP_1_1).newWebSocketBuilder();
        headers.forEach(builder::header);
        return builder.buildAsync(uri("wss", "/v1/stream"), socket).get(20, TimeUnit.SECONDS);
    }

    private URI uri(String scheme, String path) {
        return URI.create(scheme + "://127.0.0.1:" + server.port() + path);
    }

    private static byte[] start(String id) {
        return frame(SessionRequest.newBuilder()
                .setId(id)
                .setStart(GenerateRequest.newBuilder().setSteps(2))
                .build()
                .toByteArray());
    }

    private static byte[] frame(byte[] message) {
        return Buffer.buffer()
                .appendByte((byte) 0)
                .appendInt(message.length)
                .appendBytes(message)
                .getBytes();
    }

    private Path replace(String name, String text) throws IOException {
        Path beside = Files.writeString(directory.resolve("next"), text);
        return Files.move(
                beside, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Keeps what ends a generation and the socket. */
    private static final class Socket implements WebSocket.Listener {
        private final CompletableFuture<String> finished = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                if (text.indexOf("\"finished\"") >= 0) {
                    finished.complete(text.toString());
                }
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return null;
        }
    }
}
