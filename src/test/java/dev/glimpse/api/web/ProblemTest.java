package dev.glimpse.api.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.Failures;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProblemTest {
    @Test
    void everyFailureHasItsStatus() {
        assertThat(Failures.all(failure -> Problem.of(failure).status()))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("InvalidField", 400),
                        Map.entry("Unsupported", 400),
                        Map.entry("ForeignToken", 400),
                        Map.entry("ModelNotFound", 404),
                        Map.entry("LimitReached", 429),
                        Map.entry("QuotaExceeded", 429),
                        Map.entry("Cancelled", 499),
                        Map.entry("Internal", 500),
                        Map.entry("Overloaded", 503),
                        Map.entry("Unavailable", 503),
                        Map.entry("DeadlineExceeded", 504)));
    }

    @Test
    void thoseThatPassTellWhenToComeBack() {
        Map<String, Boolean> hints =
                Failures.all(failure -> Problem.of(failure).retryAfter().isPresent());

        assertThat(hints)
                .hasSize(11)
                .allSatisfy((name, hint) ->
                        assertThat(hint).as(name).isEqualTo(name.matches("Overloaded|Unavailable|QuotaExceeded")));
        assertThat(Failures.all(failure -> Problem.of(failure).retryAfter().orElse(Duration.ZERO)))
                .containsEntry("Overloaded", Duration.ofMillis(1500));
    }

    @Test
    void everyFailureHasItsSentence() {
        assertThat(Failures.all(failure ->
                        failure.message().equals(Problem.of(failure).members().getString("detail"))))
                .hasSize(11)
                .allSatisfy((name, same) -> assertThat(same).as(name).isTrue());
    }
}
