package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IdleSocketsTest {
    @Test
    void socketsAskWithTheKey() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Target target = new Target("listener", "127.0.0.1", server.getLocalPort());
            CompletableFuture<IdleSockets> opening =
                    CompletableFuture.supplyAsync(() -> IdleSockets.open(target, 1, Optional.of("Bearer secret")));
            List<String> request;
            try (Socket socket = server.accept();
                    BufferedReader reader = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
                request = reader.lines().takeWhile(line -> !line.isEmpty()).toList();
            }

            assertThat(request).contains("GET /v1/stream HTTP/1.1", "Authorization: Bearer secret");
            // A server that hangs up has no socket open.
            assertThat(opening.get(30, TimeUnit.SECONDS).open()).isZero();
        }
    }
}
