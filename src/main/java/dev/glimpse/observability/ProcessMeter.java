package dev.glimpse.observability;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/** The process's numbers: memory, processor time, garbage collection, build. */
final class ProcessMeter implements AutoCloseable {
    private final JvmGcMetrics collections = new JvmGcMetrics();

    ProcessMeter(Meters meters, String version) {
        meters.bind(collections);
        meters.bind(new JvmThreadMetrics());
        meters.gauge(Metric.BUILD, () -> 1, version, System.getProperty("java.version"));
        MemoryMXBean java = ManagementFactory.getMemoryMXBean();
        meters.gauge(Metric.PROCESS_MEMORY, ResidentMemory::bytes, "resident");
        meters.gauge(Metric.PROCESS_MEMORY, () -> java.getHeapMemoryUsage().getUsed(), "heap");
        meters.gauge(Metric.PROCESS_MEMORY, () -> used("direct"), "buffers");
        meters.gauge(Metric.PROCESS_MEMORY, () -> used("mapped"), "mapped");
        ThreadTimes times = new ThreadTimes();
        for (ThreadTimes.Group group : ThreadTimes.Group.values()) {
            meters.counter(Metric.CPU, () -> times.seconds(group), CoreMeter.label(group));
        }
    }

    /** Bytes of Java's pool of buffers of this name. */
    private static long used(String pool) {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(bean -> bean.getName().equals(pool))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    @Override
    public void close() {
        collections.close();
    }
}
