package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class DateHeaderTest {
    private final Deque<Instant> times = new ArrayDeque<>();

    private final DateHeader date = new DateHeader(times::remove);

    @Test
    void aDayHasTwoDigitsAndTheTimeIsGreenwich() {
        assertThat(at("1994-11-06T08:49:37Z")).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void itIsKeptForItsSecondAlone() {
        String first = at("2026-11-28T23:59:59.001Z");

        assertThat(at("2026-11-28T23:59:59.999Z")).isSameAs(first);
        assertThat(List.of(at("2026-11-29T00:00:00Z"), at("2026-11-28T23:59:59Z")))
                .containsExactly("Sun, 29 Nov 2026 00:00:00 GMT", "Sat, 28 Nov 2026 23:59:59 GMT");
    }

    private String at(String time) {
        times.add(Instant.parse(time));
        return date.value();
    }
}
