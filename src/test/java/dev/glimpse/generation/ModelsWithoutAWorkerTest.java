package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.ModelShelf.ModelState;
import dev.glimpse.generation.ModelShelf.Standing;
import dev.glimpse.math.Sampler;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models that come and go while a worker leaves that should load or unload them. */
@Timeout(60)
class ModelsWithoutAWorkerTest {
    private static final Requests REQUEST =
            Requests.steps(2).sampler(Sampler.GAMMA).preview(PreviewKind.NONE);

    private static ModelState serving(String name) {
        return new ModelState(name, "1", Standing.SERVING, "");
    }

    private static Core impatient() {
        return Core.impatient(new StuckRule(3, Duration.ofMillis(300), 1), GenerationListener.NONE);
    }

    private static Future<List<ByteBuffer>> pictures(Core core, GenerationStream stream) {
        return core.vertx.executeBlocking(() -> Core.pictures(Core.readAll(stream)), false);
    }

    @Test
    void modelIsLoadedThoughTheForwardBeforeItHangs() throws Exception {
        try (Core core = impatient()) {
            core.engine.hang(List.of(0));
            GenerationStream hanging = core.open(REQUEST);
            core.engine.awaitForwards(1);
            Core.await(core.service.shelf().load(core.engine.source("shoes", "1")));
            assertThat(core.service.shelf().states()).containsExactly(serving("garments"), serving("shoes"));
            Core.finished(Core.readAll(hanging));
            assertThat(Core.await(core.generator().submit(REQUEST.of("shoes", "1"))))
                    .isInstanceOfSatisfying(
                            Submission.Admitted.class, shoes -> Core.finished(Core.readAll(shoes.stream())));
        }
    }

    @Test
    void modelLeavesThoughTheForwardBeforeThatHangs() throws Exception {
        try (Core core = impatient()) {
            ModelShelf shelf = core.service.shelf();
            Core.await(shelf.load(core.engine.source("shoes", "1")));
            core.engine.hang(List.of(0));
            GenerationStream hanging = core.open(REQUEST);
            core.engine.awaitForwards(1);
            Core.await(shelf.unload("shoes", "1"));
            assertThat(shelf.states()).containsExactly(serving("garments"));
            Core.finished(Core.readAll(hanging));
        }
    }

    @Test
    void modelIsLoadedThoughADeviceStartsAnewMeanwhile() throws Exception {
        try (Core core = new Core(Settings.of(2))) {
            CountDownLatch loading = new CountDownLatch(1);
            Semaphore loaded = new Semaphore(0);
            Future<Void> shoes = core.service.shelf().load(new ModelSource("shoes", "1", GaussianEngine.SPEC, index -> {
                if (loading.getCount() > 0) {
                    loading.countDown();
                    loaded.acquireUninterruptibly();
                }
                return core.engine.load(index);
            }));
            assertThat(loading.await(10, TimeUnit.SECONDS)).isTrue();
            core.engine.hold();
            Future<List<ByteBuffer>> one = pictures(core, core.open(REQUEST));
            Future<List<ByteBuffer>> other = pictures(core, core.open(REQUEST.seed(8)));
            // That of the device that does not load.
            core.engine.awaitForwards(1);
            core.engine.fail(1);
            core.engine.letAllGo();
            // Its device has started anew, and took the step again.
            Core.await(Future.any(one, other));
            loaded.release();
            Core.await(shoes);
            assertThat(core.service.shelf().states()).containsExactly(serving("garments"), serving("shoes"));
            Core.await(Future.all(one, other));
            assertThat(core.engine.open).hasValue(4);
        }
    }
}
