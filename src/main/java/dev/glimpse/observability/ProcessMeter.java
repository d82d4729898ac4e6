package dev.glimpse.observability;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process's numbers: memory, processor time, garbage collection, build. */
final class ProcessMeter implements AutoCloseable {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    private final JvmGcMetrics collections = new JvmGcMetrics();

    ProcessMeter(Meters meters, String version) {
        meters.bind(collections);
        meters.bind(new JvmThreadMetrics());
        meters.gauge(Metric.BUILD, () -> 1, version, System.getProperty("java.version"));
        MemoryMXBean java = ManagementFactory.getMemoryMXBean();
        List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
        meters.gauge(Metric.PROCESS_MEMORY, ProcessMeter::residentBytes, "resident");
        meters.gauge(Metric.PROCESS_MEMORY, () -> java.getHeapMemoryUsage().getUsed(), "heap");
        meters.gauge(
                Metric.PROCESS_MEMORY,
                () -> pools.stream().mapToLong(BufferPoolMXBean::getMemoryUsed).sum(),
                "buffers");
        ThreadTimes times = new ThreadTimes();
        for (ThreadTimes.Group group : ThreadTimes.Group.values()) {
            meters.counter(Metric.CPU, () -> times.seconds(group), CoreMeter.label(group));
        }
    }

    /** Memory that the process holds, native memory included; where the system does not tell, what Java knows of. */
    static double residentBytes() {
        if (Files.isReadable(STATUS)) {
            try {
                for (String line : Files.readAllLines(STATUS)) {
                    if (line.startsWith(RESIDENT)) {
                        return 1024.0 * Long.parseLong(line.replaceAll("\\D", ""));
                    }
                }
            } catch (IOException e) {
                // What Java knows of is better than no answer.
            }
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }

    @Override
    public void close() {
        collections.close();
    }
}
