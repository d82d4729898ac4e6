package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.image.ImageFormat;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PictureIntakeTest {
    private static final EditRequest STROKE = new EditRequest.Stroke(
            new EditRequest.Picture(new byte[GaussianEngine.SPEC.dimension()], ImageFormat.RAW_U8),
            OptionalDouble.of(20));

    @Test
    void noMoreWaitThanMayAndOthersComeInAgainAfterwards() {
        Vertx vertx = Vertx.vertx();
        PictureIntake intake = new PictureIntake(vertx, 1);
        Semaphore large = new Semaphore(0);
        List<Future<Integer>> read = new ArrayList<>();
        for (int i = 0; i < PictureIntake.MOST; i++) {
            int number = i;
            read.add(intake.read(
                    "team",
                    () -> {
                        large.acquireUninterruptibly();
                        return number;
                    },
                    refused -> -1));
        }
        assertThat(Core.await(intake.read("team", () -> 0, refused -> -1))).isEqualTo(-1);
        large.release(PictureIntake.MOST);
        for (int i = 0; i < PictureIntake.MOST; i++) {
            assertThat(Core.await(read.get(i))).isEqualTo(i);
        }
        assertThat(Core.await(intake.read("team", () -> 7, refused -> -1))).isEqualTo(7);
        Core.await(intake.close());
        Core.await(vertx.close());
    }

    @Test
    void tenantsTakeTurnsAndNoneKeepsAnotherOut() {
        Vertx vertx = Vertx.vertx();
        PictureIntake intake = new PictureIntake(vertx, 1);
        Semaphore large = new Semaphore(0);
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        List<Future<Boolean>> many = new ArrayList<>();
        for (int i = 0; i < PictureIntake.MOST; i++) {
            many.add(intake.read(
                    "many",
                    () -> {
                        large.acquireUninterruptibly();
                        return order.add("many");
                    },
                    refused -> false));
        }
        List<Future<Boolean>> few = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            few.add(intake.read("few", () -> order.add("few"), refused -> false));
        }
        // Those of "many" that came last lost their places.
        for (int last = 1; last <= 2; last++) {
            assertThat(Core.await(many.get(PictureIntake.MOST - last))).isFalse();
        }
        large.release(PictureIntake.MOST);
        for (Future<Boolean> read : few) {
            assertThat(Core.await(read)).isTrue();
        }
        assertThat(Core.await(many.get(PictureIntake.MOST - 3))).isTrue();
        assertThat(order).startsWith("many", "many", "few", "many", "few", "many");
        Core.await(intake.close());
        Core.await(vertx.close());
    }

    @Test
    void whoseQuotaIsSpentIsToldSoBeforeAPictureIsRead() {
        Failure spent = new Failure.QuotaExceeded("tenant:spent", "no more", Optional.empty());
        Budget none = new Budget() {
            @Override
            public Optional<Failure> begin(int trajectories, long nfe) {
                return Optional.of(spent);
            }

            @Override
            public void spent(long nfe) {}

            @Override
            public void sent(long bytes) {}

            @Override
            public void end(int trajectories, long unusedNfe) {
                throw new IllegalStateException("nothing began");
            }
        };
        Client client = new Client("spent", Rank.BACKGROUND, 1, none);
        try (Core core = new Core(Settings.of(1))) {
            Semaphore large = new Semaphore(0);
            for (int i = 0; i < Settings.of(1).encoders(); i++) {
                core.service.resolve(true, Client.ANYONE, () -> {
                    large.acquireUninterruptibly();
                    return new Resolution.Refused(new Failure.DeadlineExceeded());
                });
            }
            GenerationRequest edit = Requests.steps(1).build().with(STROKE);
            assertThat(Core.await(core.service.as(client).submit(edit))).isEqualTo(new Submission.Refused(spent));
            large.release(Settings.of(1).encoders());
        }
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
                    "team",
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
        assertThat(Core.await(intake.read("team", () -> new Failure.Cancelled(), refused -> refused)))
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
                core.service.resolve(true, Client.ANYONE, () -> {
                    large.acquireUninterruptibly();
                    return new Resolution.Refused(new Failure.DeadlineExceeded());
                });
            }
            Future<Submission> waiting =
                    core.generator().submit(Requests.steps(1).build().with(STROKE));
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
            Future<Resolution> reading = core.service.resolve(true, Client.ANYONE, () -> {
                large.acquireUninterruptibly();
                return new Resolution.Refused(new Failure.DeadlineExceeded());
            });
            assertThat(Core.pictures(core.run(Requests.steps(2)))).hasSize(1);
            large.release();
            assertThat(Core.await(reading)).isInstanceOf(Resolution.Refused.class);
        }
    }
}
