package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.generation.ModelShelf.ModelState;
import dev.glimpse.generation.ModelShelf.Standing;
import dev.glimpse.model.ModelFormatException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models whose files change while they are served, which shows when a device starts anew. */
@Timeout(60)
class SpoiltModelTest {
    private static final String CHANGED = "/models/other/1/model.safetensors: changed";

    /** A version whose files are good for so many loads. */
    private static ModelSource spoilt(Core core, String name, int goodLoads) {
        AtomicInteger loads = new AtomicInteger();
        return new ModelSource(name, "1", GaussianEngine.SPEC, index -> {
            if (loads.getAndIncrement() >= goodLoads) {
                throw new ModelFormatException(CHANGED);
            }
            return core.engine.load(index);
        });
    }

    private static GenerationStream open(Core core, Requests request, String name) {
        return ((Submission.Admitted) Core.await(core.generator().submit(request.of(name, "1")))).stream();
    }

    /** Returns when something has come to be, or after ten seconds. */
    private static void await(BooleanSupplier reached) {
        long end = System.nanoTime() + 10_000_000_000L;
        while (!reached.getAsBoolean() && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
    }

    private static GenerationEvent last(List<GenerationEvent> events) {
        return events.get(events.size() - 1);
    }

    @Test
    void itIsWithdrawnWithItsStreamsAndTheOthersGoOn() throws Exception {
        for (int devices = 1; devices <= 2; devices++) {
            try (Core core = new Core(Settings.of(devices))) {
                ModelShelf shelf = core.service.shelf();
                Core.await(shelf.load(spoilt(core, "other", devices)));
                core.engine.hold();
                GenerationStream ended = open(core, Requests.steps(4), "other");
                core.engine.awaitForwards(1);
                core.engine.fail(1);
                // No more than the one that fails: another device would do the rest before this one has started anew.
                core.engine.letGo(1);

                assertThat(last(Core.readAll(ended)))
                        .isInstanceOfSatisfying(
                                GenerationEvent.Failed.class,
                                failed -> assertThat(failed.failure())
                                        .isInstanceOf(Failure.Unavailable.class)
                                        .extracting(Failure::message)
                                        .isEqualTo("other/1 is withdrawn, as its files have changed"));
                core.engine.letAllGo();
                assertThat(shelf.states())
                        .containsExactly(
                                new ModelState("garments", "1", Standing.SERVING, ""),
                                new ModelState("other", "1", Standing.BROKEN, CHANGED));
                assertThat(Core.await(core.generator().submit(Requests.steps(1).of("other", "1"))))
                        .isEqualTo(new Submission.Refused(new Failure.ModelNotFound("other/1", List.of("garments/1"))));
                Core.finished(core.run(Requests.steps(2)));
                int all = devices;
                // A device that starts anew, and one that closes a model, do so behind what streams are told.
                await(() -> core.service.devices().working() == all && core.engine.open.get() == all);
                assertThat(core.service.devices().working()).isEqualTo(devices);
                assertThat(core.engine.open).hasValue(devices);
            }
        }
    }

    /** An operator may put right what was spoilt, or publish it anew. */
    @Test
    void itIsServedAgainOnceItIsLoadedAgain() {
        try (Core core = new Core(Settings.of(1))) {
            ModelShelf shelf = core.service.shelf();
            Core.await(shelf.load(spoilt(core, "other", 1)));
            core.engine.fail(1);
            Core.finished(core.run(Requests.steps(2)));
            assertThat(shelf.states())
                    .extracting(ModelState::standing)
                    .containsExactly(Standing.SERVING, Standing.BROKEN);
            Core.await(shelf.load(core.engine.source("other", "1")));
            Core.finished(Core.readAll(open(core, Requests.steps(2), "other")));
        }
    }

    /** There is nothing else to serve: its device tries again, and tells why it must. */
    @Test
    void theLastOneStaysAndKeepsItsDeviceFromStarting() throws Exception {
        try (Core core = new Core(Settings.of(1))) {
            ModelShelf shelf = core.service.shelf();
            Core.await(shelf.load(spoilt(core, "other", 1)));
            Core.await(shelf.unload("garments", "1"));
            core.engine.fail(1);
            GenerationStream waiting = open(core, Requests.steps(2), "other");
            await(() -> !core.service.devices().broken().isEmpty());
            assertThat(core.service.devices().broken().get(0).cause()).isEqualTo(CHANGED);
            assertThat(shelf.states()).containsExactly(new ModelState("other", "1", Standing.SERVING, ""));
            waiting.cancel();
        }
    }
}
