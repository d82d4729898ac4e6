package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.RawHttp2;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** By which names a server may be called. */
@Timeout(60)
class HostTest extends GenerateEndpointFixture {
    /** RFC 3986, section 3.2.2, allows them in names. */
    @ParameterizedTest
    @ValueSource(strings = {"evil.com%3F", "%6cocalhost", "a%41", "localhost:8080", "[::1]"})
    void aNameMayHavePercentEscapes(String host) throws Exception {
        assertThat(get("/v1/models", "Host: " + host + "\r\n")).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aCallToANameWithEscapesLeavesTheOthersOfItsConnection() throws Exception {
        try (RawHttp2 http = new RawHttp2(server.actualPort())) {
            int open = http.nextStream();
            http.frame(
                    RawHttp2.HEADERS,
                    RawHttp2.END_HEADERS,
                    open,
                    http.block("/v1/generate", "content-type", "text/tea"));
            int escaped = http.call("/v1/models", new byte[0], ":method", "GET", ":authority", "a%41");
            http.answer(escaped);

            http.frame(RawHttp2.DATA, RawHttp2.END_STREAM, open, new byte[0]);
            assertThat(http.answer(open).headers()).containsEntry(":status", "415");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"| none", "Host: localhost:99999 | localhost:99999", "Host: a b | a b", "Host: u@here | u@here"})
    void whatIsNoNameOfAHostIsRefusedAsSuch(String header, String told) throws Exception {
        String line = header == null ? "" : header + "\r\n";
        for (String path : new String[] {"/v1/models", "/v1/generate?steps=1"}) {
            String answer = get(path, line);

            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
            assertThat(new JsonObject(answer.substring(answer.indexOf("\r\n\r\n"))).getString("detail"))
                    .isEqualTo("Host: " + told + " (expected: the name of this server, and its port if need be)");
        }
    }

    /** Whoever stands before this server may have judged by the other one. */
    @ParameterizedTest
    @ValueSource(strings = {"/v1/models", "/v1/nowhere"})
    void twoNamesAreOneTooMany(String path) throws Exception {
        String answer = get(path, "Host: here\r\nHost: there\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
        assertThat(new JsonObject(answer.substring(answer.indexOf("\r\n\r\n"))).getString("detail"))
                .isEqualTo("Host: here, there (expected: one)");
    }

    /** HTTP/1.0 knows no Host. */
    @Test
    void anOlderClientIsToldWhatElseIsWrong() throws Exception {
        assertThat(send("GET /v1/generate?steps=%zz HTTP/1.0\r\n\r\n"))
                .startsWith("HTTP/1.0 400 ")
                .contains("query: steps=%zz (expected: percent-encoded fields)");
    }

    private String get(String target, String host) throws IOException {
        return send("GET " + target + " HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n");
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
