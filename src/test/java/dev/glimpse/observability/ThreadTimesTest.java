package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadTimesTest {
    private static final double BURST_SECONDS = 0.1;

    private final ExecutorService encoder =
            Executors.newSingleThreadExecutor(work -> new Thread(work, "picture-encoders-test"));

    @AfterEach
    void stop() {
        encoder.shutdown();
    }

    @Test
    void whatAThreadDidIsCountedOnceForItsGroup() throws Exception {
        ThreadTimes times = new ThreadTimes();
        double before = times.seconds(ThreadTimes.Group.ENCODERS);
        encoder.submit(ThreadTimesTest::work).get();

        double worked = times.seconds(ThreadTimes.Group.ENCODERS);
        assertThat(worked - before).isGreaterThanOrEqualTo(BURST_SECONDS);
        // It does nothing meanwhile but wait.
        assertThat(times.seconds(ThreadTimes.Group.ENCODERS) - worked).isLessThan(BURST_SECONDS / 2);
        encoder.submit(ThreadTimesTest::work).get();
        assertThat(times.seconds(ThreadTimes.Group.ENCODERS) - worked).isGreaterThanOrEqualTo(BURST_SECONDS);
    }

    /** Keeps this thread busy for so much of its own time. */
    private static void work() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long end = threads.getCurrentThreadCpuTime()
                + Duration.ofMillis(Math.round(BURST_SECONDS * 1e3)).toNanos();
        while (threads.getCurrentThreadCpuTime() < end) {
            Thread.onSpinWait();
        }
    }
}
