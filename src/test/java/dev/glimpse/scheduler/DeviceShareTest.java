package dev.glimpse.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeviceShareTest {
    private final DeviceShare share = new DeviceShare();

    @BeforeEach
    void twoModels() {
        share.add("faces", () -> 1);
        share.add("garments", () -> 3);
    }

    private long turnsOfFaces(int turns) {
        return IntStream.range(0, turns)
                .filter(i -> {
                    String model = share.next(List.of("faces", "garments")).orElseThrow();
                    share.charge(model, 1000);
                    return model.equals("faces");
                })
                .count();
    }

    @Test
    void deviceTimeFollowsTheWeights() {
        assertThat(turnsOfFaces(400)).isEqualTo(100);
    }

    @Test
    void expensiveModelTakesFewerTurns() {
        share.charge("garments", 3_000);
        assertThat(share.next(List.of("faces", "garments"))).contains("faces");
    }

    @Test
    void modelAloneTakesEveryTurnAndOwesNothingToOneThatRested() {
        for (int i = 0; i < 100; i++) {
            assertThat(share.next(List.of("faces"))).contains("faces");
            share.charge("faces", 1000);
        }
        assertThat(turnsOfFaces(400)).isBetween(99L, 101L);
        share.rest("garments");
        for (int i = 0; i < 100; i++) {
            share.charge("faces", 1000);
        }
        assertThat(turnsOfFaces(400)).isBetween(99L, 101L);
    }

    @Test
    void modelThatWorkedAloneOwesNothingToOneThatComesWhenAllHaveRested() {
        for (int i = 0; i < 100; i++) {
            assertThat(share.next(List.of("faces"))).contains("faces");
            share.charge("faces", 1000);
        }
        share.rest("faces");
        assertThat(share.next(List.of("garments"))).contains("garments");
        share.charge("garments", 1000);
        assertThat(turnsOfFaces(400)).isBetween(99L, 101L);
    }

    /**
     * All models that have nothing to do rest again before each batch: were each compared with all, it took minutes.
     */
    @Test
    @Timeout(10)
    void restingCostsTheSameHoweverManyModelsThereAre() {
        IntStream.range(0, 60_000).forEach(i -> share.add("model" + i, () -> 1));
        IntStream.range(0, 60_000).forEach(i -> share.rest("model" + i));
        assertThat(share.next(List.of("model7"))).contains("model7");
    }

    @Test
    void nobodyIsNextWithoutWork() {
        assertThat(share.next(List.of())).isEmpty();
    }

    @Test
    void strangerIsRefused() {
        assertThatThrownBy(() -> share.next(List.of("dogs")))
                .hasMessage("member: dogs (expected: one that takes part)");
        share.remove("faces");
        assertThatThrownBy(() -> share.charge("faces", 1)).hasMessage("member: faces (expected: one that takes part)");
    }

    @Test
    void shareIsThePartByWeightAndWhatOthersLeaveOfTheirs() {
        assertThat(share.share("garments", Map.of())).isEqualTo(1);
        assertThat(share.share("garments", Map.of("faces", 0.0))).isEqualTo(1);
        assertThat(share.share("garments", Map.of("faces", 0.125))).isEqualTo(0.875);
        assertThat(share.share("garments", Map.of("faces", 7.0))).isEqualTo(0.75);
        assertThat(share.share("faces", Map.of("garments", Double.POSITIVE_INFINITY)))
                .isEqualTo(0.25);
        assertThat(share.share("faces", Map.of("faces", 5.0, "garments", 0.5))).isEqualTo(0.5);
    }

    /** One wants less than its part by weight, so that those who want more divide the rest. */
    @Test
    void whatOneLeavesIsDividedAmongThoseWhoWantMore() {
        share.add("shoes", () -> 1);
        Map<String, Double> wanted = Map.of("faces", 0.125, "garments", 2.0);
        assertThat(share.share("shoes", wanted)).isEqualTo(0.875 / 4);
    }
}
