package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.GenerationEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpcClient;
import glimpse.wire.v1.SessionEvent;
import glimpse.wire.v1.SessionEvent.EventCase;
import glimpse.wire.v1.SessionRequest;
import io.vertx.grpc.client.GrpcClientRequest;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A session with the gRPC door over a scripted core, for the tests that extend it. */
abstract class GrpcSessionFixture {
    final ScriptedGenerator generator = new ScriptedGenerator();
    private final DoorServer server = new DoorServer(generator);
    final WireClient client = new WireClient(server.port());
    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> status = new CompletableFuture<>();
    GrpcClientRequest<SessionRequest, SessionEvent> call;

    @BeforeEach
    void open() throws Exception {
        open(Optional.empty());
    }

    /** @param timeout the call's header of that name */
    void open(Optional<String> timeout) throws Exception {
        call = client.await(() -> client.request(GlimpseGrpcClient.Session).onSuccess(opened -> {
            timeout.ifPresent(value -> opened.headers().set("grpc-timeout", value));
            opened.response().onFailure(status::completeExceptionally).onSuccess(response -> {
                response.handler(events::add);
                response.exceptionHandler(status::completeExceptionally);
                response.endHandler(v -> status.complete(response.status().code));
            });
        }));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        server.close();
    }

    void send(SessionRequest.Builder request) throws Exception {
        client.await(() -> call.write(request.build()));
    }

    SessionEvent next() throws InterruptedException {
        SessionEvent event = events.poll(10, TimeUnit.SECONDS);
        assertThat(event).as("an event within 10 s").isNotNull();
        return event;
    }

    static SessionRequest.Builder id(String id) {
        return SessionRequest.newBuilder().setId(id);
    }

    static SessionRequest.Builder start(String id) {
        return id(id).setStart(GenerateRequest.newBuilder().setSteps(2));
    }

    ScriptedStream accepted(String id) throws Exception {
        send(start(id));
        SessionEvent event = next();
        assertThat(event.getId()).isEqualTo(id);
        assertThat(event.getEventCase()).isEqualTo(EventCase.ACCEPTED);
        return generator.stream();
    }

    static GenerationEvent finished() {
        return new GenerationEvent.Finished(2, 0, 1);
    }

    /** The field that the next event refuses. */
    String refusedField() throws Exception {
        SessionEvent refused = next();
        assertThat(refused.getFailed().getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
        return refused.getFailed()
                .getDetails(0)
                .unpack(BadRequest.class)
                .getFieldViolations(0)
                .getField();
    }
}
