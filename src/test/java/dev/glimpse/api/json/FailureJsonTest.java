package dev.glimpse.api.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.Failure;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FailureJsonTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(
                        new Failure.InvalidField("steps", "steps: 99 (expected: 1..64)"),
                        "invalid_argument",
                        new JsonObject().put("field", "steps")),
                Arguments.of(
                        new Failure.ModelNotFound("faces", List.of("shapes")),
                        "not_found",
                        new JsonObject().put("field", "model")),
                Arguments.of(new Failure.Unsupported("likelihood", "no"), "failed_precondition", new JsonObject()),
                Arguments.of(
                        new Failure.Overloaded(Duration.ofMillis(250)),
                        "resource_exhausted",
                        new JsonObject().put("retry_after_ms", 250L)),
                Arguments.of(
                        new Failure.LimitReached("id", "full"),
                        "resource_exhausted",
                        new JsonObject().put("field", "id")),
                Arguments.of(
                        new Failure.QuotaExceeded("tenant", "quota", Optional.of(Duration.ofMillis(250))),
                        "resource_exhausted",
                        new JsonObject().put("retry_after_ms", 250)),
                Arguments.of(new Failure.DeadlineExceeded(), "deadline_exceeded", new JsonObject()),
                Arguments.of(new Failure.Cancelled(), "cancelled", new JsonObject()),
                Arguments.of(
                        new Failure.Unavailable("draining", Duration.ofSeconds(1)),
                        "unavailable",
                        new JsonObject().put("retry_after_ms", 1000L)),
                Arguments.of(
                        new Failure.ForeignToken("resume_token: of others"),
                        "failed_precondition",
                        new JsonObject().put("field", "resume_token")),
                Arguments.of(new Failure.Internal("r-1"), "internal", new JsonObject()));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void everyFailureHasItsCodeItsSentenceAndNothingThatDoesNotBelongToIt(
            Failure failure, String code, JsonObject further) {
        JsonObject expected = new JsonObject().put("code", code).put("message", failure.message());

        assertThat(FailureJson.describe(failure)).isEqualTo(expected.mergeIn(further));
    }

    @Test
    void aModelWithoutThatVersionNamesTheFieldOfTheVersion() {
        String field = "model_version";
        JsonObject described = FailureJson.describe(new Failure.ModelNotFound("faces/9", field, field + ": 9"));
        assertThat(described.getString("field")).isEqualTo(field);
    }

    @Test
    void whatMayGoOnElsewhereSaysWithWhichToken() {
        JsonObject described = FailureJson.describe(new Failure.Unavailable("lost", Duration.ofSeconds(1), "abc"));
        assertThat(described.getString("resume_token")).isEqualTo("abc");
    }

    @Test
    void everyKindOfFailureIsAmongThem() {
        assertThat(failures().<Class<?>>map(arguments -> arguments.get()[0].getClass()))
                .containsExactlyInAnyOrder(Failure.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 1", "1, 1, 1", "1000000, 1, 1", "1000001, 2, 1", "1000000000, 1000, 1", "1000000001, 1001, 2"})
    void aWaitIsRoundedUpSoThatNobodyComesBackTooEarly(long nanos, long millis, long seconds) {
        Failure failure = new Failure.Overloaded(Duration.ofNanos(nanos));

        assertThat(FailureJson.describe(failure).getLong("retry_after_ms")).isEqualTo(millis);
        assertThat(failure.message()).isEqualTo("the queue is full; try again in " + millis + " ms");
        assertThat(new Failure.Overloaded(false, Duration.ofNanos(nanos)).message())
                .isEqualTo("more is asked for than can be done in time; try again in " + millis + " ms");
        assertThat(RetryHint.seconds(Duration.ofNanos(nanos))).isEqualTo(seconds);
    }
}
