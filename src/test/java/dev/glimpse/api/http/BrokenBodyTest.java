package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.BrokenBodies;
import dev.glimpse.testing.LogLines;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class BrokenBodyTest extends GenerateEndpointFixture {
    @ParameterizedTest
    @EnumSource
    void aBodyThatCannotBeReadIsAProblem(BrokenBodies broken) throws Exception {
        // A form is of the wrong type before it is a broken one.
        int status = broken == BrokenBodies.UNKNOWN_EXPECT ? broken.status() : 415;
        String answer = broken.send(server.actualPort(), GenerateEndpoint.PATH);

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json");
        JsonObject problem = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("detail")).contains("(expected: ");
    }

    /** Else a body would be blamed that is not there. */
    @Test
    void anAddressThatCannotBeReadIsAProblemOfItsQuery() throws Exception {
        String answer = get(GenerateEndpoint.PATH + "?steps=%zz");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
        JsonObject problem = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.getString("field")).isEqualTo("query");
        assertThat(problem.getString("detail")).isEqualTo("query: steps=%zz (expected: percent-encoded fields)");
    }

    /** As no client of Java's would. */
    private String get(String target) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            socket.setSoTimeout(20_000);
            String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aClientThatLeavesDuringItsUploadIsNoDefect() throws Exception {
        try (LogLines lines = new LogLines(BodyAnswer.class.getName());
                LogLines router = new LogLines("io.vertx.ext.web")) {
            BrokenBodies.leave(server.actualPort(), GenerateEndpoint.PATH);

            assertThat(lines.until("A client left before all")).allMatch(line -> line.startsWith("DEBUG "));
            assertThat(router.soFar()).noneMatch(line -> line.startsWith("ERROR "));
        }
    }
}
