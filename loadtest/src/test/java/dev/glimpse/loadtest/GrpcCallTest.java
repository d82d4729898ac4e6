package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.loadtest.Answer.End;
import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.GenerateEvent;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GrpcCallTest {
    private static final GenerateEvent ACCEPTED = GenerateEvent.newBuilder()
            .setAccepted(Accepted.newBuilder().setResumeToken("token"))
            .build();

    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final GrpcCall call = new GrpcCall(
            new Arrival(0, 4, 1, Preview.FREE, true, 500_000, 0, "standard", "", 1, false),
            System.nanoTime(),
            (lost, token) -> true,
            answer);

    private void close(Status status) {
        call.onClose(status, new Metadata());
    }

    @Test
    void aTokenThatNobodyTookWhenTimeWasOverIsALostStream() {
        call.onMessage(ACCEPTED);
        close(Status.UNAVAILABLE);
        call.began(() -> {});
        close(Status.DEADLINE_EXCEEDED);

        assertThat(answer.join().end()).isEqualTo(End.CUT);
    }

    @Test
    void aStreamThatWentOnIsLateLikeAnyOther() {
        call.onMessage(ACCEPTED);
        close(Status.UNAVAILABLE);
        call.began(() -> {});
        call.onMessage(ACCEPTED);
        close(Status.DEADLINE_EXCEEDED);

        assertThat(answer.join().end()).isEqualTo(End.LATE);
    }
}
