package dev.glimpse.training;

import ai.djl.Device;
import dev.glimpse.model.Bfloat16;
import java.util.Optional;

/**
 * What the values between the convolutions of a network that learns are kept in; its weights are float32 in any case.
 */
public enum Precision {
    FP32,
    /** bfloat16 everywhere; a processor that has to imitate it takes many times longer. */
    BF16,
    /** bfloat16 where the device computes in it, and float32 elsewhere. */
    AUTO;

    /** What that comes to on a device: "fp32" or "bf16". */
    public String on(Device device) {
        return isBf16(device) ? "bf16" : "fp32";
    }

    /** What would be faster on a device, in words. */
    public Optional<String> advice(Device device) {
        return isBf16(device) && !Bfloat16.isNative(device)
                ? Optional.of("precision: bf16, which this device has to imitate: many times slower than auto or fp32")
                : Optional.empty();
    }

    /** Whether that is bfloat16 on a device. */
    boolean isBf16(Device device) {
        return this == BF16 || this == AUTO && Bfloat16.isNative(device);
    }
}
