package dev.glimpse.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingMemoryTest {
    private static final int WARM = 50;
    private static final int STEPS = 180;
    /** One step's gradients and states kept would be more than 100 kB. */
    private static final long MOST_GROWTH = 16L << 20;

    @TempDir
    Path directory;

    @Test
    void memoryOutsideTheHeapStaysWhereItWas() throws IOException {
        long[] resident = new long[2];
        long[] direct = new long[2];
        List<Integer> snapshots = new ArrayList<>();
        try (Trainer trainer =
                new Trainer(TinyRun.student(STEPS), TrainingInputs.of(TinyRun.data()), Placement.cpu(2), directory)) {
            trainer.run(new TrainingListener() {
                @Override
                public void stepped(Statistics s) {
                    if (s.step() == WARM || s.step() == STEPS) {
                        int at = s.step() == WARM ? 0 : 1;
                        resident[at] = resident();
                        direct[at] = direct();
                    }
                }

                @Override
                public void snapshot(int step, Map<String, float[]> average) {
                    snapshots.add(step);
                }
            });
        }
        assertThat(snapshots).containsExactly(STEPS);
        assertThat(direct[1] - direct[0]).as("direct buffers").isLessThan(1L << 20);
        assertThat(resident[1] - resident[0]).as("resident memory").isLessThan(MOST_GROWTH);
    }

    /** Pages of this process in main memory that are not mapped from files and not the Java heap's growth. */
    private static long resident() {
        System.gc();
        try {
            String status = Files.readString(Path.of("/proc/self/status"));
            long kilobytes = Long.parseLong(status.replaceAll("(?s).*RssAnon:\\s*(\\d+) kB.*", "$1"));
            return (kilobytes << 10)
                    - ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
