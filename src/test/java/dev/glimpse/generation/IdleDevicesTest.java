package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several devices, and one request whose steps are work for all of them. */
@Timeout(60)
class IdleDevicesTest {
    /** So many pictures, with two rows in a first step, fill three forwards. */
    private static final Requests LARGE = Requests.steps(4).count(16);

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void noDeviceIsIdleWhileAStepWaits(int devices) throws Exception {
        try (Core core = new Core(Settings.of(devices))) {
            core.engine.hold();
            GenerationStream stream = core.open(LARGE);
            core.engine.awaitForwards(devices);
            core.engine.letAllGo();
            assertThat(Core.pictures(Core.readAll(stream))).hasSize(16);
        }
    }
}
