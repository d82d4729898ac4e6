package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.generation.ModelShelf.ModelState;
import dev.glimpse.generation.ModelShelf.Standing;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models that come and go while requests run. */
@Timeout(60)
class ModelShelfTest {
    private static GenerationStream open(Core core, Requests request, String name, String version) {
        Submission submission = Core.await(core.generator().submit(request.of(name, version)));
        assertThat(submission).isInstanceOf(Submission.Admitted.class);
        return ((Submission.Admitted) submission).stream();
    }

    private static ModelState serving(String version) {
        return new ModelState("garments", version, Standing.SERVING, "");
    }

    @Test
    void loadedVersionServesAndBecomesTheDefaultWhenItIsPreferred() {
        try (Core core = new Core(Settings.of(2))) {
            Core.await(core.service.shelf().load(core.engine.source("garments", "2")));
            assertThat(core.service.shelf().states()).containsExactly(serving("1"), serving("2"));
            assertThat(core.engine.open.get()).isEqualTo(4);
            GenerationStream asked = open(core, Requests.steps(1), "garments", "2");
            assertThat(asked.accepted().model().version()).isEqualTo("2");
            Core.finished(Core.readAll(asked));
            core.service.shelf().prefer("garments", "2");
            GenerationStream preferred = core.open(Requests.steps(1).seed(1));
            assertThat(preferred.accepted().model().version()).isEqualTo("2");
            preferred.cancel();
            assertThat(core.service.models().get(0).version()).isEqualTo("2");
        }
    }

    @Test
    void runningStreamEndsOnTheVersionItBeganWithAndNewOnesAreRefused() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            ModelShelf shelf = core.service.shelf();
            Core.await(shelf.load(core.engine.source("garments", "2")));
            core.engine.hold();
            GenerationStream running = open(core, Requests.steps(4), "garments", "1");
            core.engine.awaitForwards(1);
            Future<Void> unloaded = shelf.unload("garments", "1");
            assertThat(shelf.states())
                    .containsExactly(serving("2"), new ModelState("garments", "1", Standing.LEAVING, ""));
            Submission refused =
                    Core.await(core.generator().submit(Requests.steps(1).of("garments", "1")));
            assertThat(refused)
                    .isEqualTo(new Submission.Refused(Failure.ModelNotFound.version("garments", "1", List.of("2"))));
            assertThat(unloaded.isComplete()).isFalse();
            core.engine.letAllGo();
            Core.finished(Core.readAll(running));
            Core.await(unloaded);
            assertThat(shelf.states()).containsExactly(serving("2"));
            assertThat(core.engine.open.get()).isEqualTo(1);
            Core.finished(core.run(Requests.steps(1)));
        }
    }

    /** Its next weights under the same number may be others. */
    @Test
    void picturesOfAVersionThatLeavesAreForgotten() {
        try (Core core = new Core(Settings.cached(1 << 20))) {
            ModelShelf shelf = core.service.shelf();
            Core.finished(core.run(Requests.steps(2)));
            Core.await(shelf.load(core.engine.source("garments", "2")));
            Core.finished(Core.readAll(open(core, Requests.steps(2), "garments", "2")));
            Core.await(shelf.unload("garments", "2"));
            Core.await(shelf.load(core.engine.source("garments", "2")));
            int before = core.engine.forwards.size();
            GenerationStream again = open(core, Requests.steps(2), "garments", "2");
            assertThat(again.accepted().terms().cached()).isFalse();
            Core.finished(Core.readAll(again));
            assertThat(core.engine.forwards).hasSize(before + 2);

            GenerationStream other = open(core, Requests.steps(2), "garments", "1");
            assertThat(other.accepted().terms().cached()).isTrue();
            Core.finished(Core.readAll(other));
        }
    }

    @Test
    void brokenVersionIsReportedAndNeverServedAndMayBeLoadedAgain() {
        try (Core core = new Core(Settings.of(2))) {
            ModelShelf shelf = core.service.shelf();
            // The second device fails to load it; the first one lets it go again.
            core.engine.failLoad(3);
            Future<Void> loaded = shelf.load(core.engine.source("garments", "2"));
            assertThatThrownBy(() -> Core.await(loaded))
                    .hasRootCauseMessage("weights: model.safetensors (expected: a file)");
            assertThat(shelf.states())
                    .containsExactly(
                            serving("1"),
                            new ModelState(
                                    "garments", "2", Standing.BROKEN, "weights: model.safetensors (expected: a file)"));
            assertThat(core.engine.open.get()).isEqualTo(2);
            assertThat(Core.await(core.generator().submit(Requests.steps(1).of("garments", "2"))))
                    .isInstanceOf(Submission.Refused.class);
            Core.await(shelf.load(core.engine.source("garments", "2")));
            assertThat(shelf.states()).containsExactly(serving("1"), serving("2"));
        }
    }

    @Test
    void modelIsLoadedOnOneDeviceAfterTheOtherWhileTheOthersWork() throws Exception {
        int devices = 4;
        try (Core core = new Core(Settings.of(devices))) {
            core.engine.holdLoads();
            Future<Void> loaded = core.service.shelf().load(core.engine.source("garments", "2"));
            for (int device = 0; device < devices; device++) {
                core.engine.awaitLoads(1);
                // More than there are devices, each on the one that has waited for longest.
                for (int seed = 0; seed < 2 * devices; seed++) {
                    Core.finished(core.run(Requests.steps(1).seed(seed)));
                }
                assertThat(core.engine.furtherLoads()).isZero();
                core.engine.letLoadsGo(1);
            }
            Core.await(loaded);
            assertThat(core.engine.open.get()).isEqualTo(2 * devices);
        }
    }

    @Test
    void modelsThatAreLoadedTogetherTakeNoMoreDevicesThanOne() throws Exception {
        int devices = 2;
        try (Core core = new Core(Settings.of(devices))) {
            core.engine.holdLoads();
            core.engine.failLoad(devices);
            List<Future<Void>> loads = List.of(
                    core.service.shelf().load(core.engine.source("broken", "1")),
                    core.service.shelf().load(core.engine.source("garments", "2")),
                    core.service.shelf().load(core.engine.source("shoes", "1")));
            for (int load = 0; load < 2 * devices; load++) {
                core.engine.awaitLoads(1);
                for (int seed = 0; seed < 2 * devices; seed++) {
                    Core.finished(core.run(Requests.steps(1).seed(seed)));
                }
                assertThat(core.engine.furtherLoads()).isZero();
                core.engine.letLoadsGo(1);
            }
            Core.await(Future.join(loads).transform(v -> Future.succeededFuture()));
            assertThat(loads).extracting(Future::succeeded).containsExactly(false, true, true);
            assertThat(core.engine.open.get()).isEqualTo(3 * devices);
        }
    }

    @Test
    void workWaitsForTheOnlyDeviceThatLoadsAndIsTakenThen() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.holdLoads();
            Future<Void> loaded = core.service.shelf().load(core.engine.source("garments", "2"));
            core.engine.awaitLoads(1);
            GenerationStream waiting = core.open(Requests.steps(2));
            core.engine.letLoadsGo(1);
            Core.finished(Core.readAll(waiting));
            Core.await(loaded);
        }
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        try (Core core = new Core(Settings.of(1))) {
            ModelShelf shelf = core.service.shelf();
            assertThatThrownBy(() -> shelf.load(core.engine.source("garments", "1")))
                    .hasMessage("model: garments/1 (expected: one that is not here)");
            assertThatThrownBy(() -> shelf.unload("garments", "1"))
                    .hasMessage("model: garments/1 (expected: not the only version that is served)");
            assertThatThrownBy(() -> shelf.unload("garments", "3"))
                    .hasMessage("model: garments/3 (expected: one of garments/1)");
            assertThatThrownBy(() -> shelf.prefer("none", "1"))
                    .hasMessage("model: none/1 (expected: one of garments/1)");
            assertThat(shelf.states()).containsExactly(serving("1"));
        }
    }

    @Test
    void freeRequestsHaveForwardsOfTheirOwnAndAreToldSo() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            core.engine.hold();
            GenerationStream exact = core.open(Requests.steps(2).preview(PreviewKind.NONE));
            core.engine.awaitForwards(1);
            GenerationStream many = core.open(Requests.steps(2).count(16).free().preview(PreviewKind.NONE));
            GenerationStream more =
                    core.open(Requests.steps(2).count(16).seed(1).free().preview(PreviewKind.NONE));
            core.engine.letAllGo();
            assertThat(many.accepted().terms().deterministic()).isFalse();
            assertThat(exact.accepted().terms().deterministic()).isTrue();
            Core.finished(Core.readAll(exact));
            Core.finished(Core.readAll(many));
            Core.finished(Core.readAll(more));
            assertThat(core.engine.forwards).contains(32).doesNotContain(33);
        }
    }
}
