package dev.glimpse.cli;

import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.DeviceChoice;
import dev.glimpse.model.DeviceWish;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option {@code --device} of the commands that evaluate networks. */
final class DeviceOption {
    private static final String NAME = "--device";

    @Option(
            names = NAME,
            paramLabel = "KIND",
            description = "cpu, gpu, or auto: all GPUs that are found, or else the CPU; default: auto.")
    private @Nullable DeviceWish wish;

    /** The CPU, or every GPU in order; asks the machine, and warns of how GPUs round. */
    List<ComputeDevice> devices() {
        List<ComputeDevice> devices = DeviceChoice.of(NAME, wish == null ? DeviceWish.AUTO : wish);
        if (devices.get(0).isGpu()) {
            Tf32.warn(devices.get(0));
        }
        return devices;
    }

    /** The device of a command that needs one. */
    ComputeDevice first() {
        return devices().get(0);
    }

    /** The wish as a setting's value, if there is one. */
    @Nullable
    String setting() {
        return wish == null ? null : wish.name().toLowerCase(Locale.ROOT);
    }

    String name() {
        return NAME;
    }
}
