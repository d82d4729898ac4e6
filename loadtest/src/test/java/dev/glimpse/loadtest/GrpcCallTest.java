package dev.glimpse.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.glimpse.loadtest.Answer.End;
import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.Step;
import io.grpc.Metadata;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class GrpcCallTest {
    private static final GenerateEvent ACCEPTED = GenerateEvent.newBuilder()
            .setAccepted(Accepted.newBuilder().setResumeToken("token"))
            .build();

    private static final GenerateEvent FINISHED = GenerateEvent.newBuilder()
            .setFinished(Finished.getDefaultInstance())
            .build();

    private static final String PNG = "\u0089PNG";

    private final List<Duration> pauses = new ArrayList<>();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final GrpcCall call = call(false);

    /** One of a request for two pictures. */
    private final GrpcCall pair = new GrpcCall(
            new Arrival(0, 4, 2, Preview.FREE, true, 500_000, 0, "standard", "", 1, false),
            System.nanoTime(),
            (lost, token, notBefore) -> pauses.add(notBefore),
            answer);

    private GrpcCall call(boolean flexible) {
        return new GrpcCall(
                new Arrival(0, 4, 1, Preview.FREE, true, 500_000, 0, "standard", "", 1, flexible),
                System.nanoTime(),
                (lost, token, notBefore) -> pauses.add(notBefore),
                answer);
    }

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

    @Test
    void aTokenThatAFullServerRefusesIsALostStream() {
        call.onMessage(ACCEPTED);
        close(Status.UNAVAILABLE);
        call.began(() -> {});
        close(Status.RESOURCE_EXHAUSTED);

        assertThat(answer.join().end()).isEqualTo(End.CUT);
        assertThat(pauses).containsExactly(Duration.ZERO);
    }

    @Test
    void aTokenThatAFullServerMayTakeLaterIsTriedAgainThen() {
        call.onMessage(ACCEPTED);
        close(Status.UNAVAILABLE);
        call.began(() -> {});
        call.onClose(Status.RESOURCE_EXHAUSTED, ServerEvents.retryAfter(Duration.ofMillis(1500)));
        assertThat(answer).isNotDone();
        assertThat(pauses).containsExactly(Duration.ZERO, Duration.ofMillis(1500));

        call.began(() -> {});
        List.of(ACCEPTED, picture(0, true, PNG), FINISHED).forEach(call::onMessage);
        close(Status.OK);
        assertThat(answer.join().end()).isEqualTo(End.FINISHED);
    }

    @Test
    void aRequestThatIsShedFromTheQueueIsRefused() {
        call.onMessage(ACCEPTED);
        call.onClose(Status.RESOURCE_EXHAUSTED, ServerEvents.retryAfter(Duration.ofMillis(1500)));

        assertThat(answer.join().end()).isEqualTo(End.REFUSED);
        assertThat(pauses).isEmpty();
    }

    @Test
    void whoeverGetsEveryPictureIsFinished() {
        List.of(ACCEPTED, picture(0, true, PNG), picture(1, true, PNG), FINISHED)
                .forEach(pair::onMessage);
        pair.onClose(Status.OK, new Metadata());

        assertThat(answer.join().end()).isEqualTo(End.FINISHED);
        assertThat(answer.join().detail()).isEmpty();
    }

    @Test
    void whoeverGetsFewerPicturesThanAskedForIsNotFinished() {
        List.of(ACCEPTED, picture(0, true, PNG), picture(1, false, PNG), picture(1, true, ""), FINISHED)
                .forEach(pair::onMessage);
        pair.onClose(Status.OK, new Metadata());

        assertThat(answer.join().end()).isEqualTo(End.BROKEN);
        assertThat(answer.join().detail()).isEqualTo("finished with 1 of 2 pictures");
    }

    @Test
    void whatIsNoPictureBreaksARequestHoweverItEnds() {
        List.of(ACCEPTED, picture(0, false, "GIF")).forEach(call::onMessage);
        close(Status.DEADLINE_EXCEEDED);

        assertThat(answer.join().end()).isEqualTo(End.BROKEN);
        assertThat(answer.join().detail()).isEqualTo("a picture that is no PNG");
    }

    @Test
    void picturesOfAStreamThatWasCutCount() {
        List.of(ACCEPTED, picture(0, true, PNG)).forEach(pair::onMessage);
        pair.onClose(Status.UNAVAILABLE, new Metadata());
        pair.began(() -> {});
        List.of(ACCEPTED, picture(1, true, PNG), FINISHED).forEach(pair::onMessage);
        pair.onClose(Status.OK, new Metadata());

        assertThat(answer.join().end()).isEqualTo(End.FINISHED);
    }

    @Test
    void fewerStepsThanAskedForAreTold() {
        GrpcCall welcome = call(true);
        welcome.onMessage(GenerateEvent.newBuilder()
                .setAccepted(Accepted.newBuilder().setShortened(true))
                .build());
        List.of(picture(0, true, PNG), FINISHED).forEach(welcome::onMessage);
        welcome.onClose(Status.OK, new Metadata());

        assertThat(answer.join().end()).isEqualTo(End.FINISHED);
        assertThat(answer.join().shortened()).isTrue();
    }

    @Test
    void fewerStepsBreakARequestThatIsNotFlexible() {
        GenerateEvent picture = picture(0, true, PNG);
        GenerateEvent shortened = picture.toBuilder()
                .setStep(picture.getStep().toBuilder().setShortened(true))
                .build();
        List.of(ACCEPTED, shortened, FINISHED).forEach(call::onMessage);
        close(Status.OK);

        assertThat(answer.join().end()).isEqualTo(End.BROKEN);
        assertThat(answer.join().detail()).isEqualTo("fewer steps than asked for, though it is not flexible");
    }

    private static GenerateEvent picture(int sample, boolean last, String image) {
        return GenerateEvent.newBuilder()
                .setStep(Step.newBuilder()
                        .setSample(sample)
                        .setLast(last)
                        .setResumeToken("token")
                        .setImage(ByteString.copyFrom(image, StandardCharsets.ISO_8859_1)))
                .build();
    }
}
