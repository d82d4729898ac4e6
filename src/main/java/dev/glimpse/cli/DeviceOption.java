package dev.glimpse.cli;

import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.DeviceChoice;
import dev.glimpse.model.DeviceWish;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option {@code --device} of the commands that evaluate networks. */
final class DeviceOption {
    private static final String NAME = "--device";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = NAME,
            paramLabel = "KIND",
            description = "cpu, gpu, or auto: all GPUs that PyTorch can use, or else the CPU; default: auto.")
    private @Nullable DeviceWish wish;

    /** The CPU, or every GPU in order; asks the machine, and warns of GPUs that are left idle, or of how they round. */
    List<ComputeDevice> devices() {
        return devices(DeviceChoice.ofThisMachine());
    }

    /** The same on any machine. */
    List<ComputeDevice> devices(DeviceChoice choice) {
        List<ComputeDevice> devices = choice.of(NAME, wish == null ? DeviceWish.AUTO : wish, this::warn);
        if (devices.get(0).isGpu()) {
            Tf32.warn(devices.get(0));
        }
        return devices;
    }

    private void warn(String warning) {
        PrintWriter err = command.commandLine().getErr();
        err.println(command.qualifiedName() + ": " + warning);
        err.flush();
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
