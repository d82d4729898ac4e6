package dev.glimpse.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedTypeTest {
    private static final List<String> OFFERED = List.of("application/json", "text/event-stream", "image/png");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | application/json",
                "IMAGE/PNG | image/png",
                "Text/Event-Stream;charset=UTF-8 | text/event-stream",
                "image/avif,image/webp,image/*,*/*;q=0.8 | image/png",
                "text/event-stream, application/json | text/event-stream",
                "application/json;q=0.5, image/png | image/png",
                "application/json ; Q=0.5, image/png;q=0.4 | application/json",
                "application/json;q=0, */* | text/event-stream",
                "*/*, application/json;q=0 | text/event-stream",
                "image/*;q=0, image/png | image/png",
                "text/*, */*;q=0.001 | text/event-stream",
                "*/*, image/png | image/png",
                "text/html, , image/png;q=1.000 | image/png",
            })
    void whatIsWantedMostIsChosen(String accept, String chosen) {
        assertThat(AcceptedType.of(List.of(accept), OFFERED)).contains(chosen);
    }

    @ParameterizedTest
    @CsvSource({"text/html", "image/png;q=0", "image/png;q=0.000", "*/*;q=0", "image/", "png"})
    void whereNothingIsWantedNothingIsChosen(String accept) {
        assertThat(AcceptedType.of(List.of(accept), OFFERED)).isEmpty();
    }

    @Test
    void whoDoesNotSayWantsAnything() {
        assertThat(AcceptedType.of(List.of(), OFFERED)).contains("application/json");
        assertThat(AcceptedType.of(List.of(""), OFFERED)).contains("application/json");
    }

    @Test
    void theHeaderMayComeInParts() {
        assertThat(AcceptedType.of(List.of("text/html", "image/png"), OFFERED)).contains("image/png");
    }
}
