package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.config.SettingsLoader;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of a server that does not get as far as its models. */
@Timeout(60)
class ServerStartTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();

    @TempDir
    Path directory;

    private final CompletableFuture<String> stop = new CompletableFuture<>();

    @ParameterizedTest
    @CsvSource({
        "access.keys-file=DIR/none, access.keys-file: DIR/none (expected: a readable YAML file in UTF-8)",
        "resume.keys-file=DIR/none, resume.keys-file: DIR/none (expected: ",
        "server.host=192.0.2.1, server.host: 192.0.2.1 (expected: an address of this machine)",
        "tls.certificate=DIR/a tls.private-key=DIR/b, tls.certificate: DIR/a (expected: a readable PEM file)",
    })
    void whatIsWrongWithASettingIsToldBeforeTheModelsAreRead(String settings, String message) {
        String here = directory.toString();
        assertThatThrownBy(() -> start(settings.replace("DIR", here).split(" ")))
                .hasMessageStartingWith(message.replace("DIR", here));
    }

    @Test
    void aPortThatIsTakenIsToldBeforeTheModelsAreRead() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, HERE)) {
            int port = taken.getLocalPort();
            assertThatThrownBy(() -> start("server.port=" + port))
                    .hasMessage("server.port: " + port
                            + " (expected: a free port; another program listens on 127.0.0.1:" + port + ")");
        }
    }

    @Test
    void aServerThatIsToldToStopWhileItStartsIsNone() throws Exception {
        TinyModel.write(directory.resolve("models/tiny/1"));
        stop.complete("SIGTERM");

        assertThatThrownBy(() -> start())
                .isInstanceOf(CancellationException.class)
                .hasMessage("SIGTERM");
    }

    @Test
    void theWishToStopEndsTheWaitForWhatMayNeverCome() {
        Promise<Void> loading = Promise.promise();
        new Thread(() -> stop.complete("Drain")).start();

        assertThatThrownBy(() -> Waiting.await(loading.future(), Duration.ofMinutes(10), stop))
                .isInstanceOf(CancellationException.class)
                .hasMessage("Drain");
    }

    /** With models that are not there, unless a test has put some. */
    private void start(String... settings) throws InterruptedException {
        Stream<String> own =
                Stream.of("models.directory=" + directory.resolve("models"), "server.port=0", "server.admin-port=0");
        List<SettingsLoader.Flag> flags = Stream.concat(own, Stream.of(settings))
                .map(setting -> setting.split("=", 2))
                .map(pair -> new SettingsLoader.Flag(pair[0], pair[1], "--set"))
                .toList();
        Server.start(SettingsLoader.load(Optional.empty(), Map.of(), flags), stop)
                .close();
    }
}
