package dev.glimpse.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a wish means on machines with any number of GPUs. */
class DeviceChoiceTest {
    private static final IntSupplier NEVER = () -> {
        throw new AssertionError("asked");
    };

    private final List<String> warnings = new ArrayList<>();

    private List<ComputeDevice> choose(DeviceWish wish, int present, int usable) {
        return choose(wish, () -> present, () -> usable);
    }

    private List<ComputeDevice> choose(DeviceWish wish, IntSupplier present, IntSupplier usable) {
        return new DeviceChoice(present, usable).of("--device", wish, warnings::add);
    }

    private static List<String> labels(List<ComputeDevice> devices) {
        return devices.stream().map(ComputeDevice::label).toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "GPU"})
    void everyGpuIsUsedInOrder(DeviceWish wish) {
        assertThat(labels(choose(wish, 1, 1))).containsExactly("gpu:0");
        assertThat(labels(choose(wish, 3, 3))).containsExactly("gpu:0", "gpu:1", "gpu:2");
        assertThat(warnings).isEmpty();
    }

    @Test
    void onlyGpusThatTheEngineCanUseCount() {
        assertThat(labels(choose(DeviceWish.AUTO, 4, 2))).containsExactly("gpu:0", "gpu:1");
        assertThat(warnings).isEmpty();
        assertThat(labels(choose(DeviceWish.AUTO, 4, 0))).containsExactly("cpu");
        assertThat(warnings)
                .containsExactly("a GPU is there, but this PyTorch is built without CUDA: computes on the CPU"
                        + " (see GPUs in README)");
    }

    @Test
    void withoutGpusTheCpuIsUsedAndTheEngineLeftAlone() {
        assertThat(choose(DeviceWish.AUTO, () -> 0, NEVER)).containsExactly(ComputeDevice.cpu());
        assertThat(warnings).isEmpty();
    }

    @Test
    void whoWantsTheCpuGetsItAndNobodyLooksForGpus() {
        assertThat(choose(DeviceWish.CPU, NEVER, NEVER)).containsExactly(ComputeDevice.cpu());
        assertThat(DeviceChoice.ofThisMachine().of("--device", DeviceWish.CPU, warnings::add))
                .containsExactly(ComputeDevice.cpu());
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, no GPU is found: see GPUs in README",
        "2, 0, this PyTorch is built without CUDA: see GPUs in README"
    })
    void whoWantsAGpuInVainIsToldWhy(int present, int usable, String reason) {
        assertThatThrownBy(() -> choose(DeviceWish.GPU, present, usable))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--device: gpu (expected: auto or cpu, as " + reason + ")");
        assertThat(warnings).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0, 8", "1, 1", "3, 3", "20, 20"})
    void theCpuHasAsManyWorkersAsAskedForOrOnePerCore(int asked, int workers) {
        assertThat(DeviceChoice.workers(choose(DeviceWish.CPU, 0, 0), asked, 8))
                .hasSize(workers)
                .containsOnly(ComputeDevice.cpu());
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "1, 1", "3, 3", "20, 4"})
    void aGpuHasOneWorkerWhateverTheCores(int asked, int workers) {
        List<ComputeDevice> gpus = choose(DeviceWish.GPU, 4, 4);

        assertThat(DeviceChoice.workers(gpus, asked, 2)).isEqualTo(gpus.subList(0, workers));
    }

    @Test
    void theEngineIsGivenTheSameDevice() {
        assertThat(ComputeDevice.cpu().toDevice()).isEqualTo(Device.cpu());
        assertThat(ComputeDevice.gpu(2).toDevice()).isEqualTo(Device.gpu(2));
        assertThat(ComputeDevice.cpu().takenBytes()).isNaN();
        assertThatThrownBy(() -> ComputeDevice.gpu(-1)).hasMessageStartingWith("index: -1 (expected: ");
    }

    @Test
    void memoryOfAGpuThatIsNotThereIsUnknown() {
        assertThat(ComputeDevice.gpu(1_000).takenBytes()).isNaN();
    }
}
