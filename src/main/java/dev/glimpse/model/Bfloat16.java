package dev.glimpse.model;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/** Whether a device computes in bfloat16, or the engine has to imitate it there, which takes many times longer. */
public final class Bfloat16 {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    /** What the kernel calls the instructions that the engine's convolutions use. */
    private static final Set<String> FLAGS = Set.of("avx512_bf16", "amx_bf16");
    /** Compute capability 8.0, in tenths. */
    private static final int AMPERE = 80;

    private Bfloat16() {}

    /** True for a GPU from compute capability 8.0 on, and for an x86 processor that says so; false where unknown. */
    public static boolean isNative(Device device) {
        return device.isGpu() ? isNativeOnGpu(device) : isNativeOn(PROCESSORS);
    }

    private static boolean isNativeOnGpu(Device device) {
        try {
            return Integer.parseInt(CudaUtils.getComputeCapability(device.getDeviceId())) >= AMPERE;
        } catch (EngineException | IllegalStateException e) {
            return false;
        }
    }

    /** @param processors a file as Linux describes its processors in; no other system has it */
    static boolean isNativeOn(Path processors) {
        // Latin-1 takes any byte: what a maker calls its processor is its own business.
        try (Stream<String> lines = Files.lines(processors, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("flags"))
                    .flatMap(line -> Stream.of(line.split("\\s+")))
                    .anyMatch(FLAGS::contains);
        } catch (IOException | UncheckedIOException | SecurityException e) {
            return false;
        }
    }
}
