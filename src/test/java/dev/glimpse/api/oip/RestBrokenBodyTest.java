package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.testing.BrokenBodies;
import dev.glimpse.testing.LogLines;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class RestBrokenBodyTest {
    private static final String PATH = "/v2/models/" + ScriptedGenerator.MODEL.name() + "/infer";
    private static final Set<BrokenBodies> IN_PARTS = EnumSet.of(BrokenBodies.NO_BOUNDARY, BrokenBodies.UNKNOWN_PART);

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

        // No body in parts is taken here, whether it could be read or not.
        int status = IN_PARTS.contains(broken) ? 415 : broken.status();
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
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
