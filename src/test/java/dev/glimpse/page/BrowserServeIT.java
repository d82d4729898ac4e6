package dev.glimpse.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What serves the browser's client of the README, before that has been built, and without a server behind it. */
class BrowserServeIT {
    private static final Path HOME = Path.of("clients", "browser");

    @TempDir
    private Path directory;

    private Process pages;
    private int port;

    @BeforeEach
    void start() throws Exception {
        for (String file : List.of("serve.js", "package.json", "index.html")) {
            Files.copy(HOME.resolve(file), directory.resolve(file));
        }
        pages = serve("--target localhost:1 --port 0");
        String page = pages.inputReader(StandardCharsets.UTF_8).readLine();
        port = URI.create(page.replaceFirst("^page ", "")).getPort();
    }

    @AfterEach
    void stop() {
        pages.destroyForcibly();
    }

    @Test
    void whatHasNotBeenBuiltIsNotFound() throws Exception {
        assertThat(get("/main.js")).isEqualTo(404);
        assertThat(get("/")).isEqualTo(200);
    }

    @Test
    void aPathThatIsNoAddressIsHandedOnLikeAnyOther() throws Exception {
        assertThat(answer("POST // HTTP/1.1")).isEqualTo("HTTP/1.1 502 Bad Gateway");
        assertThat(get("/")).isEqualTo(200);
    }

    @Test
    void whatItCannotUseIsNamedInOneLine() throws Exception {
        for (String wrong : List.of(
                "--port abc",
                "--port 99999",
                "--port " + port,
                "--nope",
                "--target :",
                "--target localhost:1/",
                "--target http://localhost:1")) {
            Process refused = serve(wrong);

            try (BufferedReader output = refused.inputReader(StandardCharsets.UTF_8)) {
                assertThat(output.lines()).singleElement().asString().contains(wrong.replaceFirst(".* ", ""));
                assertThat(refused.waitFor()).isEqualTo(2);
            } finally {
                refused.destroyForcibly();
            }
        }
    }

    private Process serve(String options) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", "serve.js"));
        command.addAll(List.of(options.split(" ")));
        return new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
    }

    private int get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The first line of the answer to a request that an HTTP client would not send. */
    private String answer(String request) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port);
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
            socket.getOutputStream()
                    .write((request + "\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return reader.readLine();
        }
    }
}
