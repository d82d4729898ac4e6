package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ArrivalProcessTest {
    private static final Offer OFFER = new Offer(1000, 0.8, 5000, 60, Preview.FREE);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void everyScenarioFollowsFromItsSeedAndSurvivesItsFile(Scenario scenario) throws Exception {
        List<Arrival> arrivals = ArrivalProcess.arrivals(scenario, OFFER, 7);
        Path file = directory.resolve("arrivals.csv");
        ArrivalFile.write(arrivals, file);

        assertThat(arrivals).isNotEmpty().isSortedAccordingTo((a, b) -> Long.compare(a.atMicros(), b.atMicros()));
        assertThat(ArrivalProcess.arrivals(scenario, OFFER, 7)).isEqualTo(arrivals);
        assertThat(ArrivalFile.read(file)).isEqualTo(arrivals);
    }

    @Test
    void poissonArrivalsAskForTheShareOfTheCapacityThatWasOffered() {
        List<Arrival> arrivals = ArrivalProcess.arrivals(Scenario.W2, OFFER, 7);
        double nfe =
                arrivals.stream().mapToDouble(a -> a.preview().nfe(a.steps())).sum();

        assertThat(nfe / OFFER.seconds()).isCloseTo(OFFER.load() * OFFER.capacity(), within(0.05 * OFFER.capacity()));
    }

    @Test
    void aFifthOfTheClientsOfW3LeaveAndAllOfW2Stay() {
        assertThat(leaving(Scenario.W3)).isCloseTo(Scenario.W3.clients().leaving(), within(0.02));
        assertThat(leaving(Scenario.W2)).isZero();
    }

    private static double leaving(Scenario scenario) {
        return ArrivalProcess.arrivals(scenario, OFFER, 7).stream()
                .mapToInt(a -> a.leavesMicros() > 0 ? 1 : 0)
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"W4, 0.1, 0.01", "SMOKE, 0.05, 0.05"})
    void asManyReadSlowlyAndStopReadingAsTheScenarioSays(Scenario scenario, double slow, double stopped) {
        GrpcClients.Terms terms = new GrpcClients.Terms(1, 1, Map.of(), 7, 2, scenario);
        List<Arrival> arrivals = ArrivalProcess.arrivals(scenario, new Offer(1000, 0.8, 5000, 300, Preview.FREE), 7);

        assertThat(share(arrivals, i -> !arrivals.get(i).reads() && terms.stops(i)))
                .isCloseTo(stopped, within(0.1 * stopped));
        assertThat(share(arrivals, i -> !arrivals.get(i).reads() && !terms.stops(i)))
                .isCloseTo(slow, within(0.1 * slow));
    }

    private static double share(List<Arrival> arrivals, IntPredicate those) {
        return IntStream.range(0, arrivals.size()).filter(those).count() / (double) arrivals.size();
    }

    /** Of the few requests that the built program is tried with, or nobody there ever stops reading. */
    @Test
    void theSmallestRunHasAReaderWhoStops() {
        GrpcClients.Terms terms = new GrpcClients.Terms(1, 1, Map.of(), SmokeIT.SEED, 2, Scenario.SMOKE);
        double capacity = SmokeIT.RATE * ArrivalProcess.meanNfe(Preview.EXACT);
        List<Arrival> arrivals = ArrivalProcess.arrivals(
                Scenario.SMOKE, new Offer(capacity, 1, 5000, SmokeIT.SECONDS, Preview.EXACT), SmokeIT.SEED);

        assertThat(IntStream.range(0, arrivals.size()))
                .anyMatch(i -> !arrivals.get(i).reads() && terms.stops(i));
    }

    @Test
    void theMiddleThirdOfW5AsksForThreeTimesTheCapacity() {
        double third = OFFER.seconds() * 1e6 / 3;
        double nfe = ArrivalProcess.arrivals(Scenario.W5, OFFER, 7).stream()
                .filter(a -> a.atMicros() >= third && a.atMicros() < 2 * third)
                .mapToDouble(a -> a.preview().nfe(a.steps()))
                .sum();

        assertThat(nfe / (third / 1e6)).isCloseTo(3 * OFFER.capacity(), within(0.1 * 3 * OFFER.capacity()));
    }

    @Test
    void viewersOfW9ComeTogether() {
        Set<Long> instants = ArrivalProcess.arrivals(Scenario.W9, OFFER, 7).stream()
                .map(Arrival::atMicros)
                .collect(Collectors.toSet());

        assertThat(ArrivalProcess.arrivals(Scenario.W9, OFFER, 7)).hasSize(100 * instants.size());
    }

    @Test
    void aWrongLineIsRefusedByFileLineAndField() throws Exception {
        Path file = directory.resolve("wrong.csv");
        ArrivalFile.write(List.of(Arrival.plain(5, 1, Preview.EXACT)), file);
        Files.writeString(file, Files.readString(file).replace("exact", "nice"));

        assertThatThrownBy(() -> ArrivalFile.read(file))
                .hasMessage(file + ", line 2: preview: nice (expected: one of exact, free, none)");
    }

    /** Which the simulator refuses, and nobody could share by. */
    @Test
    void aTenantWithoutWeightIsRefused() throws Exception {
        Path file = directory.resolve("weightless.csv");
        ArrivalFile.write(List.of(new Arrival(5, 1, 1, Preview.EXACT, true, 0, 0, "standard", "", 0, false)), file);

        assertThatThrownBy(() -> ArrivalFile.read(file))
                .hasMessage(file + ", line 2: weight: 0.0 (expected: a number, more than 0)");
    }
}
