package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrivalQueueTest {
    private static final int TURNS = 12;

    /** Sizes that come in turns, as in the unloaded scenario of a file. */
    private static final List<Arrival> ARRIVALS = IntStream.range(0, TURNS * ArrivalProcess.steps().length)
            .mapToObj(i -> Arrival.plain(i, ArrivalProcess.steps()[i % ArrivalProcess.steps().length], Preview.EXACT))
            .toList();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void everyDoorTakesEverySizeAsOften(int doors) {
        ArrivalQueue queue = new ArrivalQueue(ARRIVALS);
        List<Integer> all = new ArrayList<>();
        for (int door = 0; door < doors; door++) {
            List<Integer> own = queue.turn(door, doors);
            all.addAll(own);
            for (int steps : ArrivalProcess.steps()) {
                assertThat(own.stream().filter(i -> queue.get(i).steps() == steps))
                        .as("%d steps at door %d", steps, door)
                        .hasSize(TURNS / doors);
            }
        }
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, ARRIVALS.size()).boxed().toList());
    }
}
