package dev.glimpse.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivalProcessTest {
    private static final int MAX_ROWS = 12;
    private static final ForwardTimes TIMES = ForwardTimes.exact(2e6, 4e6, 4);

    /** Fewer requests, or more devices, make shorter runs, down to seconds. */
    @ParameterizedTest
    @CsvSource({"1, 20000", "8, 20000", "100, 20000", "100, 100000"})
    void moreIsAskedForThanCanBeDoneInTheMiddleOfARunHoweverShort(int devices, int requests) {
        ArrivalProcess.Offer offer = new ArrivalProcess.Offer(TIMES, devices, MAX_ROWS, 0.8, Preview.FREE, 0, false);
        List<Arrival> arrivals = Stream.generate(new ArrivalProcess(Workload.W5, offer, requests, 7)::next)
                .limit(requests)
                .toList();
        List<Arrival> middle = arrivals.subList(requests * 3 / 10, requests * 7 / 10);
        double nfe = middle.stream().mapToLong(a -> a.preview().nfe(a.steps())).sum();
        double micros = middle.get(middle.size() - 1).atMicros() - middle.get(0).atMicros();
        assertThat(nfe / micros / offer.capacity()).isCloseTo(3, within(0.15));
    }
}
