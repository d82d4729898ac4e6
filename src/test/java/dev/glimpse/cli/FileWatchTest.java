package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
    @TempDir
    Path directory;

    private final List<String> taken = new ArrayList<>();
    private Path file;
    private FileWatch watch;

    @BeforeEach
    void watchAFile() throws IOException {
        file = Files.writeString(directory.resolve("keys.yaml"), "first");
        watch = new FileWatch(FileWatch.Held.now(List.of(file)), () -> taken.add(read()));
    }

    @Test
    void aFileThatIsEmptiedAndThenFilledIsTakenInOnceAndWhole() throws IOException {
        Files.writeString(file, "");
        watch.look();
        Files.writeString(file, "sec");
        watch.look();
        Files.writeString(file, "second");
        watch.look();
        assertThat(taken).isEmpty();

        watch.look();
        watch.look();

        assertThat(taken).containsExactly("second");
    }

    @Test
    void aChangeBeforeTheWatchBeginsIsTakenIn() throws IOException {
        FileWatch.Held held = FileWatch.Held.now(List.of(file));
        Files.writeString(file, "second");
        FileWatch late = new FileWatch(held, () -> taken.add(read()));
        late.look();
        late.look();

        assertThat(taken).containsExactly("second");
    }

    @Test
    void aFileThatIsWrittenAnewAsItWasChangesNothing() throws IOException {
        Files.writeString(file, "");
        watch.look();
        Files.writeString(file, "first");
        watch.look();
        watch.look();

        assertThat(taken).isEmpty();
    }

    @Test
    void aFileThatStaysEmptyIsTakenAtItsWord() throws IOException {
        Files.writeString(file, "");
        watch.look();
        watch.look();

        assertThat(taken).containsExactly("");
    }

    @Test
    void aWatchOnAVertxThatIsClosedIsNoFailure() throws Exception {
        Vertx closed = Vertx.vertx();
        closed.close().await(20, TimeUnit.SECONDS);

        watch.lookAfter(closed, Duration.ofMillis(1));
        watch.lookAside(closed, Duration.ofMillis(1));

        assertThat(taken).isEmpty();
    }

    private String read() {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
