package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountedTest {
    @Test
    void oneThingIsSingular() {
        assertThat(Counted.of(0, "picture")).isEqualTo("0 pictures");
        assertThat(Counted.of(1, "picture")).isEqualTo("1 picture");
        assertThat(Counted.of(1024, "picture")).isEqualTo("1,024 pictures");
    }
}
