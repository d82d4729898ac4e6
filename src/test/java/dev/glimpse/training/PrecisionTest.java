package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.glimpse.model.Bfloat16;
import org.junit.jupiter.api.Test;

class PrecisionTest {
    private final boolean computesInBf16 = Bfloat16.isNative(Device.cpu());

    @Test
    void autoIsBf16WhereTheDeviceComputesInIt() {
        assertThat(Precision.AUTO.on(Device.cpu())).isEqualTo(computesInBf16 ? "bf16" : "fp32");
        assertThat(Precision.FP32.on(Device.cpu())).isEqualTo("fp32");
        assertThat(Precision.BF16.on(Device.cpu())).isEqualTo("bf16");
    }

    @Test
    void onlyWhoAsksForWhatADeviceHasToImitateIsToldSo() {
        assertThat(Precision.BF16.advice(Device.cpu()).isPresent()).isNotEqualTo(computesInBf16);
        assertThat(Precision.AUTO.advice(Device.cpu())).isEmpty();
        assertThat(Precision.FP32.advice(Device.cpu())).isEmpty();
    }
}
