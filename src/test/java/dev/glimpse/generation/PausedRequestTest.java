package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that pause and go on while others want the device, too. */
@Timeout(60)
class PausedRequestTest {
    private static final int LONGEST = 64;
    private static final int FILLING = 512 / LONGEST;

    @Test
    void requestThatWentOnDuringItsStepWaitsForRoomInTheQueue() throws Exception {
        try (Core core = Core.heldWithoutForesight(GenerationListener.NONE)) {
            GenerationStream stream = core.openPlain(3, 1);
            core.engine.awaitForwards(1);
            stream.pause();
            assertThat(Core.await(stream.proceed())).isEmpty();
            List<GenerationStream> others = new ArrayList<>();
            for (int seed = 2; seed < 2 + FILLING; seed++) {
                others.add(core.openPlain(LONGEST, seed));
            }
            assertThat(core.submit(Requests.steps(1).seed(100))).isInstanceOf(Submission.Refused.class);
            core.engine.letAllGo();
            assertThat(Core.pictures(Core.readAll(stream))).hasSize(1);
            others.forEach(
                    other -> assertThat(Core.pictures(Core.readAll(other))).hasSize(1));
        }
    }
}
