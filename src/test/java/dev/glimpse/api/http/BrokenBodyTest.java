package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.BrokenBodies;
import dev.glimpse.testing.LogLines;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class BrokenBodyTest extends GenerateEndpointFixture {
    @ParameterizedTest
    @EnumSource
    void aBodyThatCannotBeReadIsAProblem(BrokenBodies broken) throws Exception {
        String answer = broken.send(server.actualPort(), GenerateEndpoint.PATH);

        assertThat(answer).startsWith("HTTP/1.1 " + broken.status() + " ").contains("application/problem+json");
        JsonObject problem = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.getInteger("status")).isEqualTo(broken.status());
        assertThat(problem.getString("detail")).contains("(expected: ");
    }

    @Test
    void aClientThatLeavesDuringItsUploadIsNoDefect() throws Exception {
        try (LogLines lines = new LogLines(GenerateEndpoint.class.getName());
                LogLines router = new LogLines("io.vertx.ext.web")) {
            BrokenBodies.leave(server.actualPort(), GenerateEndpoint.PATH);

            assertThat(lines.until("A client left before all")).allMatch(line -> line.startsWith("DEBUG "));
            assertThat(router.soFar()).noneMatch(line -> line.startsWith("ERROR "));
        }
    }
}
