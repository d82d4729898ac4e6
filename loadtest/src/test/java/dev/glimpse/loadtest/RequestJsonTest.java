package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestJsonTest {
    private static final Arrival FIRST = Arrival.plain(0, 4, Preview.FREE);
    private static final Arrival LATER = Arrival.plain(1000, 4, Preview.FREE);

    @Test
    void viewersOfTheSameInstantAskForTheSamePicture() {
        GrpcClients.Terms viewers = terms(true);

        assertThat(RequestJson.of(viewers, FIRST, 0)).isEqualTo(RequestJson.of(viewers, FIRST, 1));
        assertThat(seed(viewers, LATER, 2)).isNotEqualTo(seed(viewers, FIRST, 2));
    }

    @Test
    void everybodyElseAsksForAPictureOfTheirOwn() {
        assertThat(seed(terms(false), FIRST, 0)).isNotEqualTo(seed(terms(false), FIRST, 1));
    }

    @Test
    void picturesFollowFromAKeyOfTheirOwn() {
        GrpcClients.Terms one = terms(false);
        GrpcClients.Terms run = one.run(1);

        assertThat(seed(run, FIRST, 0)).isEqualTo(seed(one.run(1), FIRST, 0)).isNotEqualTo(seed(one, FIRST, 0));
        assertThat(seed(one.run(2), FIRST, 0)).isNotEqualTo(seed(run, FIRST, 0));
        assertThat(IntStream.range(0, 1000)).allMatch(i -> run.stops(i) == one.stops(i));
    }

    @Test
    void theRequestIsWhatTheArrivalSays() {
        JsonObject json = json(terms(false), FIRST, 3);

        assertThat(json.get("steps").getAsInt()).isEqualTo(4);
        assertThat(json.get("count").getAsInt()).isEqualTo(1);
        assertThat(json.get("preview").getAsString()).isEqualTo("free");
    }

    @Test
    void fewerStepsAreWelcomeWhereTheArrivalSaysSo() {
        Arrival flexible = new Arrival(0, 4, 1, Preview.FREE, true, 0, 0, "standard", "", 1, true);

        assertThat(json(terms(false), flexible, 0).get("quality").getAsString()).isEqualTo("flexible");
        assertThat(json(terms(false), FIRST, 0).get("quality").getAsString()).isEqualTo("fixed");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1000, 1", "1001, 2", "333333, 334"})
    void theDeadlineOfTheArrivalIsHowLongItsClientWaits(long micros, int millis) {
        Arrival hasty = new Arrival(0, 4, 1, Preview.FREE, true, micros, 0, "standard", "", 1, false);

        assertThat(json(terms(false), hasty, 0).get("timeout_ms").getAsInt()).isEqualTo(millis);
        assertThat(json(terms(false), FIRST, 0).has("timeout_ms")).isFalse();
    }

    private static GrpcClients.Terms terms(boolean shared) {
        return new GrpcClients.Terms(1, 1000, Map.of(), 5, 2, shared ? Scenario.W9 : Scenario.W2);
    }

    private static String seed(GrpcClients.Terms terms, Arrival arrival, int index) {
        return json(terms, arrival, index).get("seed").getAsString();
    }

    private static JsonObject json(GrpcClients.Terms terms, Arrival arrival, int index) {
        return JsonParser.parseString(RequestJson.of(terms, arrival, index)).getAsJsonObject();
    }
}
