package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.generation.ModelShelf.ModelState;
import dev.glimpse.generation.ModelShelf.Standing;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Model versions that are called as the lanes of others might be. */
@Timeout(60)
class LaneNamesTest {
    private static ScoringRequest scoring(String version) {
        ScoringRequest any = ScoringCore.request(1, 1, new ScoringMethod.Bound(1));
        return new ScoringRequest("garments", version, any.pictures(), any.method(), any.seed(), Optional.empty());
    }

    /** Answers a request of each kind, and tells how many forwards of whose model that took. */
    private static void assertServedByItsOwn(ScoringCore scoring, String version, Map<String, GaussianEngine> engines) {
        Requests plain = Requests.steps(2).preview(PreviewKind.NONE);
        for (Requests request : new Requests[] {plain, plain.free()}) {
            int before = engines.get(version).begun();
            int all = all(engines);
            Submission submission = Core.await(scoring.core.generator().submit(request.of("garments", version)));
            assertThat(submission).as("%s", submission).isInstanceOf(Submission.Admitted.class);
            Core.finished(Core.readAll(((Submission.Admitted) submission).stream()));
            assertThat(engines.get(version).begun()).isEqualTo(before + 2);
            assertThat(all(engines)).isEqualTo(all + 2);
        }
        int before = engines.get(version).begun();
        int all = all(engines);
        assertThat(ScoringCore.last(scoring.open(scoring(version)))).isInstanceOf(ScoringEvent.Scored.class);
        assertThat(engines.get(version).begun()).isEqualTo(before + ScoringCore.EVALUATIONS);
        assertThat(all(engines)).isEqualTo(all + ScoringCore.EVALUATIONS);
    }

    private static int all(Map<String, GaussianEngine> engines) {
        return engines.values().stream().mapToInt(GaussianEngine::begun).sum();
    }

    @Test
    void everyVersionIsServedByItsOwnModel() {
        try (ScoringCore scoring = new ScoringCore()) {
            Map<String, GaussianEngine> engines = new LinkedHashMap<>();
            engines.put("1", scoring.core.engine);
            for (String version : new String[] {"1 free", "1 scores", "free", "scores"}) {
                engines.put(version, new GaussianEngine());
                Core.await(
                        scoring.core.service.shelf().load(engines.get(version).source("garments", version)));
            }
            assertThat(scoring.core.service.shelf().states())
                    .extracting(ModelState::standing)
                    .containsOnly(Standing.SERVING)
                    .hasSameSizeAs(engines.keySet());
            engines.keySet().forEach(version -> assertServedByItsOwn(scoring, version, engines));
        }
    }

    @Test
    void aLaneIsFreeByWhatStandsBehindItsModelAndNotByTheModel() {
        assertThat(GenerationListener.isFree("garments/1/free")).isTrue();
        assertThat(GenerationListener.isFree("garments/free/free")).isTrue();
        assertThat(GenerationListener.isFree("garments/free")).isFalse();
        assertThat(GenerationListener.isFree("garments/1")).isFalse();
    }

    @Test
    void aVersionWhoseLanesCannotBeOpenedIsTakenOffTheDevicesAndMayBeLoadedAgain() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        GenerationListener listener = new GenerationListener() {
            @Override
            public SchedulerListener opened(String lane, SchedulerSettings settings) {
                if (lane.equals("garments/2/free") && refuses.getAndSet(false)) {
                    throw new IllegalStateException("no room for " + lane);
                }
                return SchedulerListener.NONE;
            }
        };
        try (Core core = new Core(Settings.of(2), listener)) {
            ModelShelf shelf = core.service.shelf();
            assertThatThrownBy(() -> Core.await(shelf.load(core.engine.source("garments", "2"))))
                    .hasRootCauseMessage("no room for garments/2/free");
            assertThat(shelf.states())
                    .contains(new ModelState("garments", "2", Standing.BROKEN, "no room for garments/2/free"));
            assertThat(core.engine.open).hasValue(2);

            Core.await(shelf.load(core.engine.source("garments", "2")));
            Submission again =
                    Core.await(core.generator().submit(Requests.steps(1).free().of("garments", "2")));
            Core.finished(Core.readAll(((Submission.Admitted) again).stream()));
            assertThat(core.engine.open).hasValue(4);
        }
    }
}
