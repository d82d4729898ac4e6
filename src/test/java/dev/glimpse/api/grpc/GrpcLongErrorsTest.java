package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Submission;
import dev.glimpse.testing.GrpcJava;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import io.vertx.core.Future;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors about long values, with gRPC's own client, which takes 8 KiB of headers. */
@Timeout(60)
class GrpcLongErrorsTest {
    private static final int LENGTH = 8 * 1024;

    private final ScriptedGenerator generator = new ScriptedGenerator();
    private final DoorServer server = new DoorServer(generator);
    private final GrpcJava client = new GrpcJava(server.port());

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "%", "\u263a"})
    void aLongNameIsRefusedByItsFieldAndWithTheStartOfWhatIsExpected(String character) throws Exception {
        String name = character.repeat(LENGTH);
        String message = "class_name: " + name + " (expected: one of Sandal, Bag, " + "Ring, ".repeat(LENGTH) + "Hat)";
        generator.answer(request ->
                Future.succeededFuture(new Submission.Refused(new Failure.InvalidField("class_name", message))));

        GrpcJava.Outcome<GenerateEvent> outcome = client.ask(
                        GrpcJava.method(
                                MethodType.SERVER_STREAMING,
                                "glimpse.v1.Glimpse/Generate",
                                GenerateRequest.parser(),
                                GenerateEvent.parser()),
                        GenerateRequest.newBuilder().setClassName(name).build(),
                        CallOptions.DEFAULT)
                .outcome();

        assertThat(outcome.status().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
        assertThat(outcome.status().getDescription())
                .startsWith("class_name: " + character)
                .contains("\u2026 (expected: one of Sandal, Bag, Ring")
                .endsWith("\u2026)");
        Status details = Status.parseFrom(
                outcome.trailers().get(Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER)));
        assertThat(details.getMessage()).isEqualTo(outcome.status().getDescription());
        assertThat(details.getDetails(0)
                        .unpack(BadRequest.class)
                        .getFieldViolations(0)
                        .getField())
                .isEqualTo("class_name");
    }

    @Test
    void healthThatIsAskedForALongNameKnowsNone() throws Exception {
        GrpcJava.Outcome<HealthCheckResponse> outcome = client.ask(
                        GrpcJava.method(
                                MethodType.UNARY,
                                "grpc.health.v1.Health/Check",
                                HealthCheckRequest.parser(),
                                HealthCheckResponse.parser()),
                        HealthCheckRequest.newBuilder()
                                .setService("x".repeat(LENGTH))
                                .build(),
                        CallOptions.DEFAULT)
                .outcome();

        assertThat(outcome.status().getCode()).isEqualTo(Code.NOT_FOUND);
        assertThat(outcome.status().getDescription())
                .contains("\u2026 (expected: none for the whole server, or one of ");
    }
}
