package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.glimpse.model.ComputeDevice;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacementTest {
    private static final RecipeFile FILE = RecipeFile.builtIn("fashion-mnist-adversarial");

    @Test
    void shardsTakeTheDevicesInTurns() {
        Placement placement = Placement.on(List.of(ComputeDevice.gpu(0), ComputeDevice.gpu(1)), 5);

        assertThat(placement.first()).isEqualTo(Device.gpu(0));
        assertThat(IntStream.range(0, 5).mapToObj(placement::of))
                .containsExactly(Device.gpu(0), Device.gpu(1), Device.gpu(0), Device.gpu(1), Device.gpu(0));
    }

    @Test
    void shardsOfLessThanAMicrobatchAreTold() {
        assertThat(Placement.cpu(64).advice(FILE.student()))
                .contains("adaptive weights are measured over 1 picture at a time, not over the recipe's microbatch of"
                        + " 32, as 64 shards share a batch of 64; a run that begins with --shards 2 would");
        assertThat(Placement.cpu(3).advice(FILE.student())).isPresent();
    }

    @Test
    void shardsOfAWholeMicrobatchNeedNoAdvice() {
        assertThat(Placement.cpu(2).advice(FILE.student())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "64, 32, 1, false",
        "64, 32, 3, false",
        "64, 32, 100, false",
        "8, 3, 1, true",
        "8, 3, 2, true",
        "8, 3, 3, false",
        "8, 2, 3, true",
        "10, 2, 3, true",
        "8, 8, 1, false"
    })
    void onlySharesOfMoreThanAMicrobatchAndNoMultipleAreUneven(int batch, int microbatch, int shards, boolean uneven) {
        Schedule schedule = TinyRun.batches(TinyRun.schedule(1, microbatch, Schedule.OptimiserKind.ADAM), batch);
        assertThat(Placement.cpu(shards).hasUnevenShares(schedule)).isEqualTo(uneven);
    }

    @Test
    void whereNothingIsWeighedTheirSizeDoesNotMatter() {
        assertThat(Placement.cpu(64).advice(FILE.teacher())).isEmpty();
    }
}
