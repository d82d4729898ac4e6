package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdleSocketsTest {
    @Test
    void socketsAskWithTheKey() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Target target = new Target("listener", "127.0.0.1", server.getLocalPort());
            FutureTask<IdleSockets> opening =
                    new FutureTask<>(() -> IdleSockets.open(target, 1, Optional.of("Bearer secret"), () -> true));
            new Thread(opening, "opening").start();
            List<String> request;
            try (Socket socket = server.accept();
                    BufferedReader reader = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                request = reader.lines().takeWhile(line -> !line.isEmpty()).toList();
                // The client tries once more where a connection is lost, and would wait for an answer to that.
                server.close();
            }

            assertThat(request).contains("GET /v1/stream HTTP/1.1", "Authorization: Bearer secret");
            // A server that hangs up has no socket open.
            assertThat(opening.get(30, TimeUnit.SECONDS).open()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "503 | HTTP 503, beyond the server's websocket.max-sockets",
                "401 | HTTP 401",
            })
    void theAnswerToTheFirstThatDidNotOpenIsQuoted(int status, String quoted) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/stream", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try {
            Target target = new Target("full", "127.0.0.1", server.getAddress().getPort());

            assertThat(IdleSockets.open(target, 2, Optional.empty(), () -> true).missing(2))
                    .hasValue("0 of 2 idle WebSockets opened; the first other one: " + quoted);
        } finally {
            server.stop(0);
        }
    }

    /** Or ten thousand would be waited for as long as 157 batches take. */
    @Test
    void aServerThatLetsNoneOfABatchInIsNotAskedForMore() throws Exception {
        try (ServerSocketChannel silent = silent()) {
            int asked = 3 * IdleSockets.AT_ONCE;

            IdleSockets idle =
                    IdleSockets.open(target(silent), asked, Optional.empty(), Duration.ofMillis(500), () -> true);

            assertThat(idle.missing(asked).orElseThrow())
                    .startsWith("0 of " + asked + " idle WebSockets opened; the first other one: ")
                    .contains("TimeoutException");
            int attempts = 0;
            while (silent.accept() != null) {
                attempts++;
            }
            assertThat(attempts).isPositive().isLessThanOrEqualTo(IdleSockets.AT_ONCE);
        }
    }

    @Test
    @Timeout(60)
    void nobodyWaitsForAServerOnceInterrupted() throws Exception {
        try (ServerSocketChannel silent = silent()) {
            IdleSockets idle =
                    IdleSockets.open(target(silent), 2, Optional.empty(), Duration.ofHours(1), () -> !asked(silent));

            assertThat(idle.missing(2)).hasValue("0 of 2 idle WebSockets opened; the first other one: interrupted");
        }
    }

    /** A server that takes every connection and answers none. */
    private static ServerSocketChannel silent() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        channel.configureBlocking(false);
        return channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10 * IdleSockets.AT_ONCE);
    }

    private static Target target(ServerSocketChannel silent) throws IOException {
        return new Target("silent", "127.0.0.1", ((InetSocketAddress) silent.getLocalAddress()).getPort());
    }

    private static boolean asked(ServerSocketChannel silent) {
        try {
            return silent.accept() != null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
