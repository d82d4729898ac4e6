package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PictureIntakeTest {
    @Test
    void noMoreWaitThanMayAndOthersComeInAgainAfterwards() {
        Vertx vertx = Vertx.vertx();
        PictureIntake intake = new PictureIntake(vertx, 1);
        Semaphore large = new Semaphore(0);
        List<Future<Integer>> read = new ArrayList<>();
        for (int i = 0; i < PictureIntake.MOST; i++) {
            int number = i;
            read.add(intake.read(
                    () -> {
                        large.acquireUninterruptibly();
                        return number;
                    },
                    refused -> -1));
        }
        assertThat(Core.await(intake.read(() -> 0, refused -> -1))).isEqualTo(-1);
        large.release(PictureIntake.MOST);
        for (int i = 0; i < PictureIntake.MOST; i++) {
            assertThat(Core.await(read.get(i))).isEqualTo(i);
        }
        assertThat(Core.await(intake.read(() -> 7, refused -> -1))).isEqualTo(7);
        Core.await(intake.close());
        Core.await(vertx.close());
    }

    /** Else a caller would wait for ever: the threads end without having come to it. */
    @Test
    void whatIsNotReadWhenItClosesIsRefusedAtOnce() {
        Vertx vertx = Vertx.vertx();
        PictureIntake intake = new PictureIntake(vertx, 1);
        Semaphore large = new Semaphore(0);
        List<Future<Failure>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(intake.read(
                    () -> {
                        large.acquireUninterruptibly();
                        return new Failure.Cancelled();
                    },
                    refused -> refused));
        }
        Future<Void> closed = intake.close();
        for (Future<Failure> refused : waiting) {
            assertThat(Core.await(refused)).isEqualTo(Dispatcher.shuttingDown());
        }
        assertThat(Core.await(intake.read(() -> new Failure.Cancelled(), refused -> refused)))
                .isEqualTo(Dispatcher.shuttingDown());
        large.release(3);
        Core.await(closed);
        Core.await(vertx.close());
    }

    @Test
    void requestsWhosePicturesWaitAreToldThatTheServerLeaves() {
        try (Core core = new Core(Settings.of(1))) {
            Semaphore large = new Semaphore(0);
            int threads = Settings.of(1).encoders();
            for (int i = 0; i < threads; i++) {
                core.service.resolve(true, () -> {
                    large.acquireUninterruptibly();
                    return new Resolution.Refused(new Failure.DeadlineExceeded());
                });
            }
            EditRequest stroke = new EditRequest.Stroke(
                    new EditRequest.Picture(new byte[GaussianEngine.SPEC.dimension()], ImageFormat.RAW_U8),
                    OptionalDouble.of(20));
            Future<Submission> waiting =
                    core.generator().submit(Requests.steps(1).build().with(stroke));
            Future<Void> closed = core.service.close();
            assertThat(Core.await(waiting)).isEqualTo(new Submission.Refused(Dispatcher.shuttingDown()));
            large.release(threads);
            Core.await(closed);
        }
    }

    @Test
    void framesAreEncodedWhilePicturesAreRead() {
        try (Core core = new Core(Settings.of(1))) {
            Semaphore large = new Semaphore(0);
            Future<Resolution> reading = core.service.resolve(true, () -> {
                large.acquireUninterruptibly();
                return new Resolution.Refused(new Failure.DeadlineExceeded());
            });
            assertThat(Core.pictures(core.run(Requests.steps(2)))).hasSize(1);
            large.release();
            assertThat(Core.await(reading)).isInstanceOf(Resolution.Refused.class);
        }
    }
}
