package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import dev.glimpse.config.SettingsLoader.Flag;
import dev.glimpse.generation.GenerationSettings;
import dev.glimpse.model.ComputeDevice;
import dev.glimpse.model.CtmModel;
import dev.glimpse.model.DeviceChoice;
import dev.glimpse.model.DeviceWish;
import dev.glimpse.model.JumpBatch;
import dev.glimpse.model.ModelSpec;
import dev.glimpse.testing.LogLines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a server makes of the devices of a machine. */
class ServerDevicesTest {
    private static final List<ComputeDevice> GPUS = List.of(ComputeDevice.gpu(0), ComputeDevice.gpu(1));

    private static final String IDLE_GPU =
            "a GPU is there, but this PyTorch is built without CUDA: computes on the CPU (see GPUs in README)";

    private static Settings settings(String... assignments) {
        List<Flag> flags = Arrays.stream(assignments)
                .map(text -> text.split("="))
                .map(pair -> new Flag(pair[0], pair[1], "--set"))
                .toList();
        return SettingsLoader.load(Optional.empty(), Map.of(), flags);
    }

    /** Keeps the rows of every forward. */
    private static final class Counting implements CtmModel {
        final List<Integer> forwards = new ArrayList<>();

        @Override
        public ModelSpec spec() {
            return new ModelSpec(1, 2, 2, List.of(), 0.002, 80, 0.5, 7, true);
        }

        @Override
        public void denoise(JumpBatch batch, float[] g) {
            forwards.add(batch.rows());
        }

        @Override
        public void close() {}
    }

    @Test
    void everyGpuHasOneWorkerAndLargeForwards() {
        Settings settings = settings();
        ServerDevices devices = ServerDevices.of(settings, GPUS);
        GenerationSettings generation = ServerOptions.generation(settings, devices);

        assertThat(devices.names()).containsExactly("gpu:0", "gpu:1");
        assertThat(generation.device()).isEqualTo("gpu");
        assertThat(generation.scheduling())
                .isEqualTo(settings.toSchedulerSettings(GPUS.size())
                        .withMaxRows(settings.devices().gpuMaxRows()));
        assertThat(ServerOptions.observability(settings, devices.names()).devices())
                .isEqualTo(devices.names());
    }

    @Test
    void theCpuKeepsItsRowsAndItsWorkers() {
        Settings settings = settings("devices.workers=3");
        ServerDevices devices = ServerDevices.of(settings, List.of(ComputeDevice.cpu()));
        GenerationSettings generation = ServerOptions.generation(settings, devices);

        assertThat(devices.names()).isEmpty();
        assertThat(generation.device()).isEqualTo("cpu");
        assertThat(generation.scheduling()).isEqualTo(settings.toSchedulerSettings(3));
    }

    @Test
    void forwardsOfOneSizeAreHadBySettingAllEndsOfIt() {
        ServerDevices devices = ServerDevices.of(
                settings("scheduler.min-rows=128", "scheduler.max-rows=128", "devices.gpu-max-rows=128"), GPUS);

        assertThat(devices.minRows()).isEqualTo(128);
        assertThat(devices.maxRows()).isEqualTo(128);
    }

    @Test
    void paddingMakesNoForwardLargerThanWasAskedFor() {
        ServerDevices devices = ServerDevices.of(settings("devices.gpu-max-rows=50", "scheduler.min-rows=4"), GPUS);

        assertThat(devices.maxRows()).isEqualTo(48);
    }

    @Test
    void aGpuRunsEverySizeOnceBeforeAnyoneWaits() {
        Counting model = new Counting();
        ServerDevices.of(settings("devices.gpu-max-rows=48", "scheduler.min-rows=3"), GPUS)
                .warmUp(model);

        assertThat(model.forwards).startsWith(64).containsExactlyInAnyOrder(1, 2, 3, 4, 8, 16, 32, 48, 64);
    }

    @Test
    void aCpuNeedsNoWarmUpOfSizes() {
        Counting model = new Counting();
        ServerDevices.cpu(settings()).warmUp(model);

        assertThat(model.forwards).isEmpty();
    }

    @Test
    void aGpuThatTheEngineCannotUseIsLogged() {
        try (LogLines log = new LogLines(ServerDevices.class.getName())) {
            assertThat(ServerDevices.find(settings(), new DeviceChoice(() -> 1, () -> 0))
                            .onGpus())
                    .isFalse();
            assertThat(log.soFar()).containsExactly("WARN " + IDLE_GPU);
        }
    }

    @Test
    void aGpuThatTheEngineCannotUseIsToldByEveryCommandThatComputes() {
        List<String> told = new ArrayList<>();
        Main.commands(Map.of())
                .getSubcommands()
                .forEach((name, command) -> option(command).ifPresent(option -> {
                    StringWriter err = new StringWriter();
                    command.setErr(new PrintWriter(err));
                    assertThat(option.devices(new DeviceChoice(() -> 1, () -> 0)))
                            .containsExactly(ComputeDevice.cpu());
                    assertThat(err).hasToString("glimpse " + name + ": " + IDLE_GPU + System.lineSeparator());
                    told.add(name);
                }));
        assertThat(told).contains("train", "sample", "evaluate", "likelihood", "bench");
    }

    private static Optional<DeviceOption> option(CommandLine command) {
        return command.getCommandSpec().mixins().values().stream()
                .map(CommandLine.Model.CommandSpec::userObject)
                .filter(DeviceOption.class::isInstance)
                .map(DeviceOption.class::cast)
                .findFirst();
    }

    @Test
    void whoWantsAGpuInVainGetsOneLineAndStatusTwo(@TempDir Path directory) {
        boolean found = hasGpu();
        CommandLineRun run = CommandLineRun.of(
                "sample",
                "--device",
                "gpu",
                "--count",
                "1",
                "--out",
                directory.resolve("grid.png").toString());

        assertThat(run.status()).isEqualTo(found ? 0 : 2);
        assertThat(run.err().lines().toList())
                .hasSize(found ? 0 : 1)
                .allSatisfy(line -> assertThat(line).startsWith("glimpse sample: --device: gpu (expected: "));
    }

    private static boolean hasGpu() {
        return DeviceChoice.ofThisMachine()
                .of("--device", DeviceWish.AUTO, warning -> {})
                .get(0)
                .isGpu();
    }

    @Test
    void aClassifierIsTrainedWhereItIsToldTo(@TempDir Path directory) {
        CommandLineRun run = CommandLineRun.of(
                "train",
                "--kind",
                "classifier",
                "--device",
                "gpu",
                "--data",
                directory.toString(),
                "--out",
                directory.resolve("out").toString());

        assertThat(run.err().startsWith("glimpse train: --device: gpu (expected: "))
                .isNotEqualTo(hasGpu());
    }

    @Test
    void aServerTakesWhatIsFoundUnlessItIsTold() {
        assertThat(settings().devices().kind()).isEqualTo(DeviceWish.AUTO);
        assertThat(settings("devices.kind=GPU").devices().kind()).isEqualTo(DeviceWish.GPU);
        assertThat(settings("devices.kind=cpu").devices().kind()).isEqualTo(DeviceWish.CPU);
    }
}
