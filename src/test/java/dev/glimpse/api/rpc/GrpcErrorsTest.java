package dev.glimpse.api.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RequestInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.ShelfRefusal;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GrpcErrorsTest {
    static Stream<Arguments> failures() {
        Duration second = Duration.ofSeconds(1);
        return Stream.of(
                Arguments.of(
                        new Failure.Unsupported("likelihood", "no"),
                        GrpcStatus.FAILED_PRECONDITION,
                        List.of(PreconditionFailure.class)),
                Arguments.of(
                        new Failure.InvalidField("steps", "steps: 99"),
                        GrpcStatus.INVALID_ARGUMENT,
                        List.of(BadRequest.class)),
                Arguments.of(
                        new Failure.ModelNotFound("m", List.of("a")),
                        GrpcStatus.NOT_FOUND,
                        List.of(ResourceInfo.class)),
                Arguments.of(new Failure.Overloaded(second), GrpcStatus.RESOURCE_EXHAUSTED, List.of(RetryInfo.class)),
                Arguments.of(new Failure.LimitReached("id", "full"), GrpcStatus.RESOURCE_EXHAUSTED, List.of()),
                Arguments.of(
                        new Failure.QuotaExceeded("tenant", "quota", Optional.of(second)),
                        GrpcStatus.RESOURCE_EXHAUSTED,
                        List.of(QuotaFailure.class, RetryInfo.class)),
                Arguments.of(new Failure.DeadlineExceeded(), GrpcStatus.DEADLINE_EXCEEDED, List.of()),
                Arguments.of(new Failure.Cancelled(), GrpcStatus.CANCELLED, List.of()),
                Arguments.of(
                        new Failure.Unavailable("draining", Duration.ZERO),
                        GrpcStatus.UNAVAILABLE,
                        List.of(RetryInfo.class)),
                Arguments.of(
                        new Failure.ForeignToken("resume_token: of others"),
                        GrpcStatus.FAILED_PRECONDITION,
                        List.of(PreconditionFailure.class)),
                Arguments.of(new Failure.Internal("r-1"), GrpcStatus.INTERNAL, List.of(RequestInfo.class)));
    }

    @Test
    void whatMayGoOnElsewhereSaysWithWhichToken() throws Exception {
        assertThat(metadata("abc")).containsExactly(Map.of("resume_token", "abc"));
        assertThat(metadata("A".repeat(1536))).containsExactly(Map.of("resume_token", "A".repeat(1536)));
        // It would not arrive: the client has it from the last event.
        assertThat(metadata("A".repeat(1537))).containsExactly(Map.of());
    }

    private static List<Map<String, String>> metadata(String token) throws Exception {
        Status status = GrpcErrors.of(new Failure.Unavailable("lost a device", Duration.ofSeconds(1), token));
        List<Map<String, String>> metadata = new ArrayList<>();
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                metadata.add(detail.unpack(ErrorInfo.class).getMetadataMap());
            }
        }
        return metadata;
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureKeepsItsMessageAndCarriesAReasonAndItsDetails(
            Failure failure, GrpcStatus expected, List<Class<? extends Message>> details) throws Exception {
        Status status = GrpcErrors.of(failure);

        assertThat(status.getCode()).isEqualTo(expected.code);
        assertThat(status.getMessage()).isEqualTo(failure.message());
        assertThat(status.getDetailsList())
                .filteredOn(detail -> detail.is(ErrorInfo.class))
                .hasSize(1);
        assertThat(status.getDetailsList()).hasSize(1 + details.size());
        assertThat(details).allMatch(type -> status.getDetailsList().stream().anyMatch(detail -> detail.is(type)));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(new ShelfRefusal.Unknown("m/1", "no such model"), GrpcStatus.NOT_FOUND),
                Arguments.of(new ShelfRefusal.AlreadyHere("m/1"), GrpcStatus.ALREADY_EXISTS),
                Arguments.of(new ShelfRefusal.LastOne("m/1"), GrpcStatus.FAILED_PRECONDITION),
                Arguments.of(new ShelfRefusal.Unloadable("m/1", "torn"), GrpcStatus.FAILED_PRECONDITION));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalToChangeModelsNamesTheModelAndCarriesAReason(ShelfRefusal refusal, GrpcStatus expected)
            throws Exception {
        Status status = GrpcErrors.of(refusal);

        assertThat(status.getCode()).isEqualTo(expected.code);
        assertThat(status.getMessage()).isEqualTo(refusal.message());
        assertThat(status.getDetailsList())
                .filteredOn(detail -> detail.is(ErrorInfo.class))
                .hasSize(1);
        assertThat(subject(status)).isEqualTo("m/1");
    }

    private static String subject(Status status) throws Exception {
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ResourceInfo.class)) {
                return detail.unpack(ResourceInfo.class).getResourceName();
            }
            if (detail.is(PreconditionFailure.class)) {
                return detail.unpack(PreconditionFailure.class).getViolations(0).getSubject();
            }
        }
        throw new AssertionError("no model is named: " + status);
    }

    static Stream<Status> longStatuses() {
        return Stream.of("x", "%", "\u263a", "\ud83d\ude08").flatMap(character -> {
            String text = character.repeat(8 * 1024);
            String message = "name: " + text + " (expected: one of " + text + ")";
            Duration second = Duration.ofSeconds(1);
            return Stream.of(
                    GrpcErrors.protocol(GrpcStatus.NOT_FOUND, message),
                    GrpcErrors.of(new Failure.InvalidField(text, message)),
                    GrpcErrors.of(new Failure.ModelNotFound(text, List.of(text))),
                    GrpcErrors.of(new Failure.Unsupported(text, message)),
                    GrpcErrors.of(new Failure.QuotaExceeded(text, message, Optional.of(second))),
                    GrpcErrors.of(new Failure.Unavailable(message, second, "A".repeat(1536))),
                    GrpcErrors.of(new Failure.Unavailable(message, second, "A".repeat(8 * 1024))),
                    GrpcErrors.of(new ShelfRefusal.Unloadable(text, message)));
        });
    }

    /** What gRPC's own clients take in all, less what other headers and the bookkeeping of HTTP/2 may need. */
    @ParameterizedTest
    @MethodSource("longStatuses")
    void aStatusFitsIntoTrailersWhateverWasSent(Status status) {
        int details = Base64.getEncoder().encodeToString(status.toByteArray()).length();

        assertThat(PercentEncoding.of(status.getMessage()).length() + details).isLessThan(7 * 1024);
    }

    @Test
    void whatWasSentAndWhatIsExpectedBothEndEarly() {
        String sent = "x (expected: nothing) ".repeat(400);
        String message = "name: " + sent + " (expected: one of " + "Sandal, ".repeat(400) + "Bag)";

        assertThat(GrpcErrors.of(new Failure.InvalidField("name", message)).getMessage())
                .matches("name: x \\(expected: nothing\\) x.*\u2026 \\(expected: one of Sandal, Sandal.*\u2026\\)");
    }

    @Test
    void everyRefusalHasItsStatus() {
        assertThat(refusals().<Object>map(arguments -> arguments.get()[0].getClass()))
                .containsExactlyInAnyOrder((Object[]) ShelfRefusal.class.getPermittedSubclasses());
    }

    @Test
    void everyKindOfFailureHasItsStatus() {
        assertThat(failures().<Object>map(arguments -> arguments.get()[0].getClass()))
                .containsExactlyInAnyOrder((Object[]) Failure.class.getPermittedSubclasses());
    }
}
