package dev.glimpse.api.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.generation.InvalidFieldException;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

// It measures time.
@Tag("alone")
class StrictJsonTest {
    private static final int DEPTH = 500;

    /** Names as long as messages may be, and then as many short ones in the innermost object. */
    private static String deepAndWide() {
        String name = "n".repeat(1000);
        String open = ("{\"" + name + "\":").repeat(DEPTH);
        String fields =
                IntStream.range(0, 60_000).mapToObj(i -> "\"" + i + "\":1").collect(Collectors.joining(","));
        return open + "{" + fields + "}" + "}".repeat(DEPTH);
    }

    @Test
    void fieldThatIsThereTwiceIsNamedWithTheObjectsThatItIsIn() {
        assertThatThrownBy(() -> StrictJson.object("{\"a\": [{\"b\": 1}, {\"c\": {\"d\": 1, \"d\": 2}}]}"))
                .isInstanceOf(InvalidFieldException.class)
                .hasMessage("a.c.d: given twice (expected: once)");
    }

    /** Both read the same text, in turns; were paths written for each field, one took a hundred times as long. */
    @Test
    void readingCostsAboutWhatItCostsVertx() {
        String text = deepAndWide();
        long[] strict = new long[5];
        long[] lax = new long[5];
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            JsonObject read = StrictJson.object(text);
            strict[i] = System.nanoTime() - start;
            start = System.nanoTime();
            assertThat(new JsonObject(text)).isEqualTo(read);
            lax[i] = System.nanoTime() - start;
        }
        assertThat(median(strict)).isLessThan(10 * median(lax));
    }

    private static long median(long[] nanos) {
        return LongStream.of(Arrays.copyOf(nanos, nanos.length))
                .sorted()
                .skip(nanos.length / 2)
                .findFirst()
                .orElseThrow();
    }
}
