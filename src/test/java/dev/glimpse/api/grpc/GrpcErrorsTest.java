package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.glimpse.generation.Failure;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GrpcErrorsTest {
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new Failure.InvalidField("steps", "steps: 99"), GrpcStatus.INVALID_ARGUMENT),
                Arguments.of(new Failure.ModelNotFound("m", List.of("a")), GrpcStatus.NOT_FOUND),
                Arguments.of(new Failure.Unsupported("no"), GrpcStatus.FAILED_PRECONDITION),
                Arguments.of(new Failure.Overloaded(Duration.ofSeconds(1)), GrpcStatus.RESOURCE_EXHAUSTED),
                Arguments.of(new Failure.LimitReached("id", "full"), GrpcStatus.RESOURCE_EXHAUSTED),
                Arguments.of(
                        new Failure.QuotaExceeded("tenant", "quota", Optional.of(Duration.ofSeconds(1))),
                        GrpcStatus.RESOURCE_EXHAUSTED),
                Arguments.of(new Failure.DeadlineExceeded(), GrpcStatus.DEADLINE_EXCEEDED),
                Arguments.of(new Failure.Cancelled(), GrpcStatus.CANCELLED),
                Arguments.of(new Failure.Unavailable("draining", Duration.ZERO), GrpcStatus.UNAVAILABLE),
                Arguments.of(new Failure.Internal("r-1"), GrpcStatus.INTERNAL));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureKeepsItsMessageAndCarriesAReason(Failure failure, GrpcStatus expected) throws Exception {
        Status status = GrpcErrors.of(failure);

        assertThat(status.getCode()).isEqualTo(expected.code);
        assertThat(status.getMessage()).isEqualTo(failure.message());
        assertThat(status.getDetailsList())
                .filteredOn(detail -> detail.is(ErrorInfo.class))
                .hasSize(1);
    }

    @Test
    void everyKindOfFailureHasItsStatus() {
        assertThat(failures().<Object>map(arguments -> arguments.get()[0].getClass()))
                .containsExactlyInAnyOrder((Object[]) Failure.class.getPermittedSubclasses());
    }
}
