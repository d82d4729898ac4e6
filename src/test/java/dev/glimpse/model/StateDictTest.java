package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.glimpse.testing.PickleWriter;
import dev.glimpse.testing.TorchSave;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints that hold one dict at several places, as Python may and as only a hostile file does. */
class StateDictTest {
    private static final String NONE = "no state dict in it (expected: a dict whose values are tensors)";
    private static final int FIRST = 0;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"model", "ema"})
    void dictSavedUnderTwoNamesIsFoundUnderEither(String name) throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').text("model");
        weights(pickle).op('s').text("ema").op('h', FIRST, 's');
        assertThat(entry(pickle, Optional.of(name))).isEqualTo(name);
        assertThat(entry(pickle, Optional.empty())).isEqualTo("ema");
    }

    @Test
    void dictSavedUnderTwoNamesLeavesNothingToChoose() throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').text("outer").op('}').text("model");
        weights(pickle).op('s', 's').text("model").op('h', FIRST, 's');
        assertThat(entry(pickle, Optional.empty())).isEqualTo("model");
        assertThat(entry(pickle, Optional.of("outer.model"))).isEqualTo("outer.model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.net", "b.net"})
    void dictAroundItMayHaveTwoNames(String name) throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').text("a").op('}').put().text("net");
        weights(pickle).op('s', 's').text("b").op('h', FIRST, 's');
        assertThat(entry(pickle, Optional.of(name))).isEqualTo(name);
    }

    @Test
    void moreNamesThanAnybodyGivesAreRefused() throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').text("0");
        weights(pickle).op('s');
        for (int i = 1; i < 1000; i++) {
            pickle.text("" + i).op('h', FIRST, 's');
        }
        assertRefused(pickle, "state dicts: more than 100 (expected: at most 100)");
    }

    @Test
    void keysLongerThanAnyNameAreRefused() throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').text("k".repeat(1001)).op('}', 's');
        assertRefused(pickle, "pickle: a key of 1001 characters (expected: at most 1000)");
    }

    @Test
    void waysThatLeadNowhereTakeNoText() throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').text("first").op('}').put();
        pickle.op('s').text("k".repeat(1000)).op('}');
        int ways = 100_000;
        for (int i = 0; i < ways; i++) {
            pickle.whole(i).op('h', FIRST, 's');
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertRefused(pickle.op('s'), NONE);
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(800L * ways);
    }

    /** A thousand ways on at each of four levels, to the next one or round in a circle. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void waysToNothingAreNotAllWalked(boolean round) throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').put();
        for (int depth = 1; depth <= 4; depth++) {
            pickle.text("first").op('}').put();
        }
        for (int depth = 4; depth >= 1; depth--) {
            pickle.op('s');
            for (int i = 0; i < 1000; i++) {
                pickle.whole(i).op('h', round ? depth - 1 : depth, 's');
            }
        }
        assertRefused(pickle, NONE);
    }

    /** A dict with one weight, the next in the memo. */
    private static PickleWriter weights(PickleWriter pickle) {
        pickle.op('}').put().text("a.weight");
        return pickle.tensor(TorchSave.Window.whole("0", List.of(1L))).op('s');
    }

    private String entry(PickleWriter pickle, Optional<String> wanted) throws IOException {
        try (WeightFile file = WeightFile.open(file(pickle), wanted)) {
            assertThat(file.shapes()).containsOnlyKeys("a.weight");
            return file.entry();
        }
    }

    private void assertRefused(PickleWriter pickle, String message) throws IOException {
        Path file = file(pickle);
        assertThatThrownBy(() -> WeightFile.open(file, Optional.empty()).close())
                .isInstanceOf(ModelFormatException.class)
                .hasMessage(file + ": " + message);
    }

    private Path file(PickleWriter pickle) throws IOException {
        TorchSave archive = new TorchSave("a").member("data.pkl", pickle.end()).member("data/0", new byte[4]);
        return Files.write(directory.resolve("some.pt"), archive.end());
    }
}
