package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.training.ImageDataSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassCountsTest {
    @Test
    void smallestAndLargestClassAreTold() {
        ImageDataSet data = data(List.of("a", "b", "c"), 0, 1, 1, 1, 2, 2);

        assertThat(ClassCounts.lines(data, List.of())).containsExactly("3 classes of 1 (a) to 3 (b) pictures");
    }

    @Test
    void foldersOfOtherNamesAreToldWithTheirClasses() {
        assertThat(ClassCounts.lines(data(List.of("cats", "dogs"), 0, 1), List.of("n1", "n2")))
                .containsExactly("2 classes of 1 pictures each", "folders by their order: n1 -> cats, n2 -> dogs");
    }

    @Test
    void manyFoldersAreToldInPart() {
        List<String> names = IntStream.range(0, 21).mapToObj(Integer::toString).toList();

        assertThat(ClassCounts.lines(data(names, IntStream.range(0, 21).toArray()), names))
                .last()
                .asString()
                .endsWith("18 -> 18, 19 -> 19, ...");
    }

    private static ImageDataSet data(List<String> classes, int... labels) {
        byte[] bytes = new byte[labels.length];
        for (int i = 0; i < labels.length; i++) {
            bytes[i] = (byte) labels[i];
        }
        return new ImageDataSet(1, 1, 1, new byte[labels.length], bytes, classes);
    }
}
