package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The terminal client of a server that is killed and started anew. */
class GenerateResumeIT {
    private static final int COUNT = 8;
    private static final String STEPS = "64";

    @TempDir
    Path directory;

    @Test
    void theSameBytesComeFromAServerThatWasKilledMidwayAndStartedAnew() throws Exception {
        byte[] key = new byte[32];
        new Random(1).nextBytes(key);
        Path keys = Files.writeString(
                directory.resolve("keys.txt"), Base64.getEncoder().encodeToString(key) + "\n");
        String keysFile = "resume.keys-file=" + keys;
        Program first = Program.server(directory, "--set", keysFile);
        int port = first.port();
        try (first;
                Program undisturbed = generate(port, "undisturbed")) {
            assertThat(undisturbed.status()).as(undisturbed.err()).isZero();
        }
        Program second = start(port, keysFile);
        try (Program disturbed = generate(port, "disturbed")) {
            disturbed.awaitOutput("(step 8/" + STEPS + ")");
            second.signal("KILL");
            second.status();
            try (Program third = start(port, keysFile)) {
                assertThat(disturbed.status()).as(disturbed.err()).isZero();
                assertThat(third.port()).isEqualTo(port);
            }
            assertThat(disturbed.err()).contains("going on where it was lost");
        } finally {
            second.close();
        }
        for (int sample = 0; sample < COUNT; sample++) {
            String name = sample + "-final.png";
            assertThat(directory.resolve("disturbed").resolve(name))
                    .hasSameBinaryContentAs(directory.resolve("undisturbed").resolve(name));
        }
        assertThat(directory.resolve("disturbed.npz")).hasSameBinaryContentAs(directory.resolve("undisturbed.npz"));
    }

    private Program start(int port, String setting) throws Exception {
        Program server = Program.start(
                directory, "serve", "--port", String.valueOf(port), "--admin-port", "0", "--set", setting);
        server.awaitOutput("^(ready) ");
        return server;
    }

    private Program generate(int port, String name) throws Exception {
        return Program.start(
                directory,
                "generate",
                "--target=127.0.0.1:" + port,
                "--steps=" + STEPS,
                "--gamma=0.5",
                "--count=" + COUNT,
                "--seed=7",
                "--out=" + directory.resolve(name),
                "--npz=" + directory.resolve(name + ".npz"),
                "--gif=" + directory.resolve(name + ".gif"));
    }
}
