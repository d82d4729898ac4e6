package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.generation.Failures;
import io.vertx.grpc.common.GrpcStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OipErrorsTest {
    @Test
    void everyFailureHasItsStatusesOfInferenceAndOfGeneration() {
        assertThat(Failures.all(failure -> List.of(OipErrors.http(failure), OipErrors.httpOfGeneration(failure))))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("InvalidField", List.of(400, 422)),
                        Map.entry("Unsupported", List.of(400, 400)),
                        Map.entry("ForeignToken", List.of(400, 400)),
                        Map.entry("Cancelled", List.of(400, 400)),
                        Map.entry("ModelNotFound", List.of(404, 404)),
                        Map.entry("LimitReached", List.of(429, 429)),
                        Map.entry("QuotaExceeded", List.of(429, 429)),
                        Map.entry("Internal", List.of(500, 424)),
                        Map.entry("Overloaded", List.of(503, 429)),
                        Map.entry("Unavailable", List.of(503, 503)),
                        Map.entry("DeadlineExceeded", List.of(504, 504))));
    }

    @Test
    void overGrpcAFullQueueAloneHasTritonsStatus() {
        assertThat(Failures.all(failure -> OipErrors.grpc(failure).getCode()
                        == (failure.getClass().getSimpleName().equals("Overloaded")
                                ? GrpcStatus.UNAVAILABLE.code
                                : GrpcErrors.of(failure).getCode())))
                .allSatisfy((name, same) -> assertThat(same).as(name).isTrue());
    }
}
