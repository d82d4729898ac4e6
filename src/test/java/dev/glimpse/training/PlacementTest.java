package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final RecipeFile FILE = RecipeFile.builtIn("fashion-mnist-adversarial");

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

    @Test
    void whereNothingIsWeighedTheirSizeDoesNotMatter() {
        assertThat(Placement.cpu(64).advice(FILE.teacher())).isEmpty();
    }
}
