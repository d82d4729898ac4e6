package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Failures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    /** Replicas help against the one, and nothing that an operator does against the other. */
    @Test
    void aClientOverItsQuotaIsNoSignOfAServerThatHasTooMuchToDo() {
        assertThat(Outcome.of(new Failure.Overloaded(Duration.ofSeconds(1)))).isEqualTo(Outcome.SHED);
        assertThat(Outcome.of(new Failure.QuotaExceeded("lab", "over its quota", Optional.empty())))
                .isEqualTo(Outcome.QUOTA);
        assertThat(Outcome.of(new Failure.LimitReached("id", "4 sessions"))).isEqualTo(Outcome.QUOTA);
    }

    /** Or whoever asks for a picture within a millisecond would call the operator. */
    @Test
    void aDeadlineThatNoServerCouldKeepIsNoSignOfOneThatHasTooMuchToDo() {
        assertThat(Outcome.of(new Failure.DeadlineExceeded(false, "too near"))).isEqualTo(Outcome.IMPOSSIBLE);
        assertThat(Outcome.of(new Failure.DeadlineExceeded())).isEqualTo(Outcome.DEADLINE);
    }

    @Test
    void everyFailureHasItsOutcome() {
        assertThat(Failures.all(Outcome::of))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("Cancelled", Outcome.CANCELLED),
                        Map.entry("DeadlineExceeded", Outcome.DEADLINE),
                        Map.entry("Overloaded", Outcome.SHED),
                        Map.entry("LimitReached", Outcome.QUOTA),
                        Map.entry("QuotaExceeded", Outcome.QUOTA),
                        Map.entry("InvalidField", Outcome.INVALID),
                        Map.entry("ModelNotFound", Outcome.INVALID),
                        Map.entry("Unsupported", Outcome.INVALID),
                        Map.entry("ForeignToken", Outcome.INVALID),
                        Map.entry("Unavailable", Outcome.UNAVAILABLE),
                        Map.entry("Internal", Outcome.ERROR)));
    }

    @Test
    void onlyWhatTheServerIsToBlameForIsAFault() {
        assertThat(List.of(Outcome.values()))
                .filteredOn(Outcome::fault)
                .containsExactlyInAnyOrder(Outcome.UNAVAILABLE, Outcome.ERROR);
    }
}
