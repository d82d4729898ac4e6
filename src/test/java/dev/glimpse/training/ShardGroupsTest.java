package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.training.PictureLoader.Pictures;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShardGroupsTest {
    private static int[] bounds(int from, int to, int most) {
        Pictures none = new Pictures(new float[0], new int[0]);
        return new Shard.Share(0, none, from, to, 1, Goal.Phase.PLAIN).bounds(most);
    }

    /** As where 3 shards have a third each of a batch of 256, by microbatches of 16. */
    @Test
    void rowsThatDoNotComeOutEvenAreSpreadOverAllGroups() {
        assertThat(bounds(85, 170, 16)).containsExactly(85, 99, 113, 127, 141, 155, 170);
    }

    @ParameterizedTest
    @CsvSource({"0, 64, 16, 4", "0, 64, 64, 1", "0, 10, 64, 1", "7, 8, 3, 1", "0, 100, 64, 2", "3, 103, 7, 15"})
    void noGroupIsLargerThanAskedForNorMuchSmallerThanAnother(int from, int to, int most, int groups) {
        int[] bounds = bounds(from, to, most);
        int[] sizes = IntStream.range(1, bounds.length)
                .map(i -> bounds[i] - bounds[i - 1])
                .toArray();
        assertThat(sizes).hasSize(groups);
        assertThat(bounds[0]).isEqualTo(from);
        assertThat(bounds[groups]).isEqualTo(to);
        assertThat(IntStream.of(sizes).max().orElseThrow())
                .isLessThanOrEqualTo(most)
                .isLessThanOrEqualTo(IntStream.of(sizes).min().orElseThrow() + 1);
    }
}
