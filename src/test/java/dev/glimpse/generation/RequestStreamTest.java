package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.math.Sampler;
import dev.glimpse.math.StepPlans;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A stream whose frames are encoded when the test says so. */
@Timeout(60)
class RequestStreamTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context owner = vertx.getOrCreateContext();
    private final Deque<Promise<byte[]>> encodings = new ArrayDeque<>();
    private final List<Optional<Failure>> readerDone = new ArrayList<>();
    private RequestStream stream = streamOf(1);

    private RequestStream streamOf(int framesPerSample) {
        return new RequestStream(
                vertx,
                owner,
                new GenerationEvent.Accepted(
                        "r1",
                        new ServedModel("m", "1", List.of(), 1, 1, 1, 0.002, 80, "fake"),
                        1,
                        1,
                        List.of(),
                        StepPlans.plan(Sampler.EXACT, 0, 3, 0.002, 80, 7),
                        PreviewKind.EXACT,
                        new GenerationEvent.Terms(ImageFormat.RAW_F32, 0, Quality.FIXED, false, true, false, "t")),
                new RequestStream.Delivery(
                        framesPerSample,
                        List.of(0, 0),
                        (frame, shown) -> {
                            Promise<byte[]> encoding = Promise.promise();
                            encodings.add(encoding);
                            return encoding.future().map(image -> frame.event(image, 0, shown.toString()));
                        },
                        GenerationListener.NONE),
                new RequestStream.Source() {
                    @Override
                    public void readerDone(Optional<Failure> failure) {
                        readerDone.add(failure);
                        failure.ifPresent(f -> stream.fail(f));
                    }

                    @Override
                    public void pause() {}

                    @Override
                    public Optional<Failure> proceed() {
                        return Optional.empty();
                    }
                });
    }

    @AfterEach
    void closeVertx() throws Exception {
        Core.await(vertx.close());
    }

    /** Does something where the stream lives, after all that was asked before. */
    private <T> T onOwner(Callable<T> action) throws Exception {
        Promise<T> done = Promise.promise();
        owner.runOnContext(v -> {
            try {
                done.complete(action.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return Core.await(done.future());
    }

    private void offer(int sample, int step) throws Exception {
        Frame frame = new Frame(
                sample,
                step,
                step == 3,
                false,
                1,
                1,
                step,
                new Frame.Forward(1, 1, 1),
                PreviewKind.EXACT,
                new FramePicture(new float[] {step}));
        onOwner(() -> {
            stream.offer(frame);
            return step;
        });
    }

    private void encode() throws Exception {
        onOwner(() -> encodings.remove().tryComplete(new byte[] {42}));
    }

    private static String name(GenerationEvent event) {
        assertThat(event).isInstanceOf(GenerationEvent.Stepped.class);
        GenerationEvent.Stepped stepped = (GenerationEvent.Stepped) event;
        return stepped.sample() + "." + stepped.step();
    }

    private String read() throws Exception {
        Future<GenerationEvent> next = stream.next();
        encode();
        return name(Core.await(next));
    }

    @Test
    void nothingIsEncodedBeforeTheReaderAsks() throws Exception {
        offer(0, 1);
        assertThat(onOwner(encodings::size)).isZero();
        assertThat(read()).isEqualTo("0.1");
    }

    @Test
    void newestFrameOfASampleTakesThePlaceOfTheOneNotTaken() throws Exception {
        offer(0, 1);
        offer(1, 1);
        offer(0, 2);
        assertThat(read()).isEqualTo("0.2");
        assertThat(read()).isEqualTo("1.1");
    }

    @Test
    void asManyFramesWaitAsMayAndThenTheOldestGoes() throws Exception {
        stream = streamOf(2);
        offer(0, 1);
        offer(1, 1);
        assertThat(onOwner(() -> stream.wants(0, 0))).isTrue();
        offer(0, 2);
        assertThat(onOwner(() -> stream.wants(0, 0))).isFalse();
        offer(0, 3);

        assertThat(read()).isEqualTo("0.2");
        assertThat(onOwner(() -> stream.wants(0, 0))).isTrue();
        assertThat(read()).isEqualTo("1.1");
        assertThat(read()).isEqualTo("0.3");
    }

    @Test
    void noFrameIsWantedWhileAsManyWaitAsMay() throws Exception {
        assertThat(onOwner(() -> stream.wants(0, 0))).isTrue();
        offer(0, 1);
        assertThat(onOwner(() -> stream.wants(0, 0))).isFalse();
        assertThat(onOwner(() -> stream.wants(1, 0))).isTrue();
        assertThat(read()).isEqualTo("0.1");
        assertThat(onOwner(() -> stream.wants(0, 0))).isTrue();
    }

    @Test
    void frameThatIsComingTakesRoomUnlessAReaderWaitsForIt() throws Exception {
        assertThat(onOwner(() -> stream.wants(0, 1))).isFalse();
        Future<GenerationEvent> asked = stream.next();
        assertThat(onOwner(() -> stream.wants(0, 1))).isTrue();
        assertThat(onOwner(() -> stream.wants(0, 2))).isFalse();
        offer(0, 1);
        encode();
        assertThat(Core.await(asked)).isInstanceOf(GenerationEvent.Stepped.class);
    }

    @Test
    void everyFramesTokenTellsWhatHasBeenShownWithIt() throws Exception {
        offer(0, 1);
        offer(1, 1);
        offer(0, 2);
        assertThat(readToken()).isEqualTo("[2, 0]");
        assertThat(readToken()).isEqualTo("[2, 1]");
        offer(1, 3);
        assertThat(readToken()).isEqualTo(List.of(2, Integer.MAX_VALUE).toString());
    }

    private String readToken() throws Exception {
        Future<GenerationEvent> next = stream.next();
        encode();
        return ((GenerationEvent.Stepped) Core.await(next)).resumeToken();
    }

    @Test
    void cancellingWhileAFrameIsEncodedAnswersAtOnce() throws Exception {
        offer(0, 1);
        Future<GenerationEvent> waiting = stream.next();
        stream.cancel();
        assertThat(Core.await(waiting)).isEqualTo(new GenerationEvent.Failed(new Failure.Cancelled()));
        encode();
        assertThat(onOwner(() -> readerDone)).containsExactly(Optional.of(new Failure.Cancelled()));
    }

    @Test
    void pictureThatCannotBeEncodedEndsTheStream() throws Exception {
        offer(0, 1);
        Future<GenerationEvent> waiting = stream.next();
        onOwner(() -> encodings.remove().tryFail(new IllegalStateException("no pixels")));
        assertThat(Core.await(waiting)).isEqualTo(new GenerationEvent.Failed(new Failure.Internal("r1")));
    }

    @Test
    void lastPictureThatCannotBeEncodedEndsTheStreamAsWell() throws Exception {
        offer(0, 3);
        Future<GenerationEvent> waiting = stream.next();
        onOwner(() -> {
            stream.finish(5, 99);
            return encodings.remove().tryFail(new IllegalStateException("no pixels"));
        });
        assertThat(Core.await(waiting)).isEqualTo(new GenerationEvent.Failed(new Failure.Internal("r1")));
    }

    /** As where a deadline passes while a slow reader is still at the last picture. */
    @Test
    void whoHasTakenEveryPictureIsNotToldThatTheyFailed() throws Exception {
        offer(0, 3);
        finish();
        assertThat(read()).isEqualTo("0.3");
        fail(new Failure.DeadlineExceeded());

        assertThat(Core.await(stream.next())).isEqualTo(new GenerationEvent.Finished(5, 0, 99));
    }

    @Test
    void whoHasNotTakenTheLastPictureIsToldOfTheDeadline() throws Exception {
        offer(0, 3);
        finish();
        fail(new Failure.DeadlineExceeded());

        assertThat(Core.await(stream.next())).isEqualTo(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));
    }

    private void finish() throws Exception {
        onOwner(() -> {
            stream.finish(5, 99);
            return 0;
        });
    }

    private void fail(Failure failure) throws Exception {
        onOwner(() -> {
            stream.fail(failure);
            return 0;
        });
    }

    @Test
    void finishComesAfterTheLastFrameAndTellsTheOwner() throws Exception {
        offer(0, 3);
        finish();
        assertThat(read()).isEqualTo("0.3");
        assertThat(onOwner(readerDone::isEmpty)).isTrue();
        assertThat(Core.await(stream.next())).isEqualTo(new GenerationEvent.Finished(5, 0, 99));
        assertThat(onOwner(() -> readerDone)).containsExactly(Optional.empty());
    }
}
