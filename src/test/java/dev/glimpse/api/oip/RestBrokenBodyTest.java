package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.testing.BrokenBodies;
import dev.glimpse.testing.LogLines;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RestBrokenBodyTest {
    private static final String PATH = "/v2/models/" + ScriptedGenerator.MODEL.name() + "/infer";

    private InferenceServer server;

    @BeforeEach
    void start() throws Exception {
        server = new InferenceServer(new ScriptedGenerator());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatCannotBeReadIsRefusedInTheProtocolsForm(BrokenBodies broken) throws Exception {
        String answer = broken.send(server.port(), PATH);

        assertThat(answer).startsWith("HTTP/1.1 " + broken.status() + " ");
        assertThat(new JsonObject(answer.substring(answer.indexOf("\r\n\r\n"))).getString("error"))
                .contains("(expected: ");
    }

    @Test
    void aClientThatLeavesDuringItsUploadIsNoDefect() throws Exception {
        try (LogLines lines = new LogLines(RestRoutes.class.getName())) {
            BrokenBodies.leave(server.port(), PATH);

            assertThat(lines.until("A client left before all")).allMatch(line -> line.startsWith("DEBUG "));
        }
    }
}
