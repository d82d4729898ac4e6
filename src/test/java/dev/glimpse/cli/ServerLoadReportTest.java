package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import dev.glimpse.testing.GrpcJava;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a gRPC client sees of a report of the load that it asks for. */
@Timeout(60)
class ServerLoadReportTest {
    private static final MethodDescriptor<GenerateRequest, GenerateEvent> GENERATE = GrpcJava.method(
            MethodType.SERVER_STREAMING,
            "glimpse.v1.Glimpse/Generate",
            GenerateRequest.parser(),
            GenerateEvent.parser());
    private static final Metadata.Key<String> REPORT = key("endpoint-load-metrics");
    private static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    @TempDir
    Path directory;

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static GrpcJava.Outcome<GenerateEvent> ask(GrpcJava client, GenerateRequest request) throws Exception {
        Metadata asking = new Metadata();
        asking.put(key("endpoint-load-metrics-format"), "text");
        GrpcJava.Call<GenerateRequest, GenerateEvent> call = client.open(GENERATE, CallOptions.DEFAULT, asking);
        call.sending().sendMessage(request);
        call.sending().halfClose();
        return call.outcome();
    }

    @Test
    void aCallIsToldTheLoadAtItsEndAndARefusalKeepsItsStatus() throws Exception {
        try (ObservedServer server = new ObservedServer(directory.resolve("models"));
                GrpcJava client = new GrpcJava(server.port())) {
            GrpcJava.Outcome<GenerateEvent> refused =
                    ask(client, GenerateRequest.newBuilder().setSteps(1_000_000).build());
            assertThat(refused.status().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
            assertThat(refused.status().getDescription()).startsWith("steps: 1000000 (expected: ");
            assertThat(Status.parseFrom(refused.trailers().get(DETAILS)).getMessage())
                    .isEqualTo(refused.status().getDescription());
            assertThat(refused.trailers().get(REPORT)).startsWith("TEXT application_utilization=");

            GrpcJava.Outcome<GenerateEvent> served =
                    ask(client, GenerateRequest.newBuilder().setSteps(1).build());
            assertThat(served.status().getCode()).isEqualTo(Code.OK);
            assertThat(served.headers().containsKey(REPORT)).isFalse();
            assertThat(served.trailers().get(REPORT)).startsWith("TEXT application_utilization=");
        }
    }
}
