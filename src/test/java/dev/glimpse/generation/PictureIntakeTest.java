package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
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
