package dev.glimpse.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The process of a server on this machine. */
final class ServerProcess {
    private final ProcessHandle handle;

    private ServerProcess(ProcessHandle handle) {
        this.handle = handle;
    }

    static ServerProcess of(long pid) {
        return new ServerProcess(ProcessHandle.of(pid)
                .orElseThrow(() -> new IllegalArgumentException("--pid: " + pid + " (expected: a running process)")));
    }

    /** Asks it to drain and to end; says whether it could be asked, as one that has ended before cannot. */
    boolean terminate() {
        return handle.destroy();
    }

    /** Resident memory in kilobytes; empty where the system does not tell. */
    OptionalLong residentKilobytes() {
        Path status = Path.of("/proc", Long.toString(handle.pid()), "status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    /** Processor time since it started, in milliseconds; empty where the system does not tell. */
    OptionalLong cpuMillis() {
        return handle.info()
                .totalCpuDuration()
                .map(time -> OptionalLong.of(time.toMillis()))
                .orElse(OptionalLong.empty());
    }
}
