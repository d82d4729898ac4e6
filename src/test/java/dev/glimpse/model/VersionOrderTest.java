package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionOrderTest {
    @Test
    void numbersInNamesCompareAsNumbers() {
        List<String> oldestFirst = List.of(
                "3-old",
                "2024-10-01",
                "beta",
                "v1.9",
                "v1.10",
                "v9",
                "v10",
                "v10-2",
                "0",
                "01",
                "1",
                "1.9",
                "1.10",
                "2",
                "10",
                "20.1",
                "99999999999999999998",
                "99999999999999999999");
        List<String> sorted = new ArrayList<>(oldestFirst);
        Collections.reverse(sorted);
        sorted.sort(new VersionOrder());

        assertThat(sorted).isEqualTo(oldestFirst);
    }
}
