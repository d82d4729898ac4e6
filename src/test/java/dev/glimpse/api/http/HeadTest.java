package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.RawHttp2;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HEAD is answered as GET is, but for the body. */
@Timeout(60)
class HeadTest extends GenerateEndpointFixture {
    @ParameterizedTest
    @CsvSource({"/, 200", "/main.js, 200", "/v1/models, 200", "/nothing, 404"})
    void overHttp2(String path, String status) throws Exception {
        try (RawHttp2 http = new RawHttp2(server.actualPort())) {
            RawHttp2.Answer get = http.answer(http.call(path, new byte[0], ":method", "GET"));
            RawHttp2.Answer head = http.answer(http.call(path, new byte[0], ":method", "HEAD"));

            assertThat(get.body()).isNotEmpty();
            assertThat(head.body()).isEmpty();
            assertThat(get.headers().remove("date")).isNotNull();
            assertThat(head.headers().remove("date")).isNotNull();
            assertThat(head.headers()).isEqualTo(get.headers()).containsEntry(":status", status);
            assertThat(head.trailers()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"/main.js, 200 OK", "/nothing, 404 Not Found"})
    void overHttp1(String path, String status) throws Exception {
        String get = all("GET", path);
        String head = all("HEAD", path);

        assertThat(head).startsWith("HTTP/1.1 " + status).endsWith("\r\n\r\n");
        assertThat(lines(head))
                .containsExactlyInAnyOrderElementsOf(lines(get.substring(0, get.indexOf("\r\n\r\n") + 4)));
    }

    /** Two answers may have two dates, but each has one. */
    private static List<String> lines(String head) {
        return head.lines()
                .map(line -> line.replaceFirst("(?i)^date: .+ GMT$", "date"))
                .toList();
    }

    private String all(String method, String path) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.actualPort())) {
            socket.setSoTimeout(20_000);
            String request = method + " " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
