package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that share resume keys while these are changed. */
@Timeout(60)
class ServerResumeKeysTest {
    private static final String OLD = key(1);
    private static final String FRESH = key(2);

    @TempDir
    Path directory;

    @Test
    void aServerTakesInANewKeyWithoutARestart() throws Exception {
        replace("one", FRESH);
        replace("other", OLD);
        try (ObservedServer one = server("one");
                ObservedServer other = server("other")) {
            String token = token(one);
            assertThat(goesOn(other, token)).isFalse();

            replace("other", OLD + "\n" + FRESH);
            other.await(scrape -> goesOn(other, token));
            assertThat(goesOn(one, token(other))).isFalse();

            replace("other", FRESH + "\n" + OLD);
            other.await(scrape -> goesOn(one, token(other)));
        }
    }

    private ObservedServer server(String name) throws Exception {
        return new ObservedServer(
                directory.resolve("models"), "resume.keys-file=" + directory.resolve(name), "resume.reload-every=20ms");
    }

    private static String token(ObservedServer server) {
        return generate(server, GenerateRequest.newBuilder().setSteps(1))
                .get(0)
                .getAccepted()
                .getResumeToken();
    }

    private static boolean goesOn(ObservedServer server, String token) {
        return !generate(server, GenerateRequest.newBuilder().setResumeToken(token))
                .isEmpty();
    }

    private static List<GenerateEvent> generate(ObservedServer server, GenerateRequest.Builder request) {
        try {
            return server.grpc(request.build(), Map.of());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** In one turn, as a mounted secret is exchanged. */
    private void replace(String name, String text) throws Exception {
        Path beside = Files.writeString(directory.resolve("next"), text);
        Files.move(
                beside, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String key(int fill) {
        byte[] secret = new byte[32];
        java.util.Arrays.fill(secret, (byte) fill);
        return Base64.getEncoder().encodeToString(secret);
    }
}
