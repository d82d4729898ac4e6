package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.access.Anonymity;
import dev.glimpse.access.Entrance;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.config.KeysFile;
import dev.glimpse.config.Settings;
import dev.glimpse.testing.LogLines;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAccessTest {
    private static final Duration LOOK = Duration.ofMillis(20);

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void aNewKeyIsOneThatTheServerKnows() throws Exception {
        CommandLineRun made = CommandLineRun.of("key", "alice", "--tenant", "lab");
        Path file = Files.writeString(directory.resolve("keys.yaml"), made.out());

        assertThat(made.status()).isZero();
        assertThat(KeysFile.read(file)).singleElement().satisfies(key -> {
            assertThat(key.name()).isEqualTo("alice");
            assertThat(key.caller().tenant()).isEqualTo("lab");
        });
        assertThat(knows(entrance(file), secret(made))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "_a", "a,b"})
    void aKeyNamedLikeNothingIsRefusedInOneLine(String name) {
        CommandLineRun run = CommandLineRun.of("key", name);
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err().strip())
                .isEqualTo("glimpse key: NAME: " + name
                        + " (expected: a letter or digit, then letters, digits, '.', '_' and '-', at most 64)");
    }

    @Test
    void keysFollowTheirFileAndABrokenOneChangesNothing() throws Exception {
        CommandLineRun first = CommandLineRun.of("key", "first");
        CommandLineRun second = CommandLineRun.of("key", "second");
        CommandLineRun third = CommandLineRun.of("key", "third");
        Path file = Files.writeString(directory.resolve("keys.yaml"), first.out());
        Entrance entrance = entrance(file);

        replace(file, second.out());
        await(entrance, secret(second));
        assertThat(knows(entrance, secret(first))).isFalse();

        try (LogLines log = new LogLines(FileWatch.class.getName())) {
            replace(file, "- {name: broken}\n");
            log.until("sha256: absent (expected: 64 hexadecimal digits) in " + file
                    + ", entry 1, line 1; what was read before stays in force");
        }
        assertThat(knows(entrance, secret(second))).isTrue();

        replace(file, third.out());
        await(entrance, secret(third));
    }

    private Entrance entrance(Path file) {
        Settings.Access settings = new Settings.Access(Optional.of(file), Anonymity.NEVER, LOOK, List.of());
        ScriptedGenerator generator = new ScriptedGenerator();
        return ServerAccess.start(vertx, settings).entrance(client -> generator);
    }

    /** In one turn, as a mounted secret is exchanged, so that nobody reads half of it. */
    private void replace(Path file, String text) throws Exception {
        Path beside = Files.writeString(directory.resolve("next.yaml"), text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void await(Entrance entrance, String secret) throws Exception {
        for (int look = 0; look < 500 && !knows(entrance, secret); look++) {
            vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS).await(10, TimeUnit.SECONDS);
        }
        assertThat(knows(entrance, secret)).isTrue();
    }

    private static String secret(CommandLineRun made) {
        return made.out().lines().findFirst().orElseThrow().replaceFirst(".*: ", "");
    }

    private static boolean knows(Entrance entrance, String secret) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("authorization", "Bearer " + secret);
        return entrance.enter(
                        headers,
                        SocketAddress.inetSocketAddress(1, "192.0.2.1"),
                        SocketAddress.inetSocketAddress(2, "192.0.2.2"))
                instanceof Entrance.Entry.Admitted;
    }
}
