package dev.glimpse.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.scheduler.SchedulerSettings;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Frames through scheduler and streams, where the device costs next to nothing, beside plain arithmetic in the same
 * run.
 *
 * <p>{@code mvn test -Dtest=StreamThroughputTest -Dglimpse.cost=full} expects a machine of its own.
 */
// It measures time.
@Tag("alone")
@Timeout(120)
class StreamThroughputTest {
    private static final int REQUESTS = 200;
    private static final int STEPS = 64;
    private static final int COUNT = 4;
    private static final int ROUNDS = 5;

    /** What it has to be on a machine of its own, and far below that where others may have to be served. */
    private static final double FEWEST_FRAMES_PER_CPU_SECOND =
            "full".equals(System.getProperty("glimpse.cost")) ? 30_000 : 10_000;

    /** As many turns of a loop as a core takes in 1/30,000 s, at 1.4 ns each. */
    private static final double MOST_TURNS_PER_FRAME = 23_000;

    private static final int TURNS = 50_000_000;

    private static GenerationSettings settings() {
        GenerationSettings s = Settings.of(1);
        SchedulerSettings scheduling = new SchedulerSettings(1, 1, 256, 1 << 20, 0.5, 1_000_000_000L, 50);
        return new GenerationSettings(
                new GenerationLimits(STEPS, COUNT, 1 << 10, Duration.ofSeconds(60)),
                scheduling,
                s.device(),
                1,
                STEPS,
                s.drainGrace(),
                s.freeRows(),
                s.resume(),
                s.sessions(),
                0,
                StuckRule.NONE);
    }

    /** Takes events as a door does: the next one when the one before is there. */
    private static Future<Void> drain(Core core, GenerationStream stream, AtomicInteger frames) {
        Promise<Void> ended = Promise.promise();
        Context context = core.vertx.getOrCreateContext();
        context.runOnContext(v -> take(stream, frames, ended));
        return ended.future();
    }

    private static void take(GenerationStream stream, AtomicInteger frames, Promise<Void> ended) {
        stream.next().onFailure(ended::fail).onSuccess(event -> {
            if (event instanceof GenerationEvent.Stepped) {
                frames.incrementAndGet();
                take(stream, frames, ended);
            } else {
                ended.complete();
            }
        });
    }

    /** What a turn of a loop costs that no cache and no other thread slows down. */
    private static double turnNanos() {
        long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long x = begin | 1;
        for (int i = 0; i < TURNS; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        assertThat(x).isNotZero();
        return (double) (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin) / TURNS;
    }

    @Test
    void streamsCarryThousandsOfFramesForEachSecondOfACore(TestReporter reporter) {
        double[] perSecond = new double[ROUNDS];
        double fewestTurns = Double.MAX_VALUE;
        try (Core core = new Core(settings())) {
            for (int round = 0; round < ROUNDS; round++) {
                AtomicInteger frames = new AtomicInteger();
                long begin = cpuNanos();
                List<Future<Void>> ended = new ArrayList<>();
                for (int i = 0; i < REQUESTS; i++) {
                    Requests request = Requests.steps(STEPS)
                            .count(COUNT)
                            .seed(1_000L * round + i)
                            .preview(PreviewKind.FREE);
                    ended.add(drain(core, core.open(request), frames));
                }
                Core.await(Future.all(ended));
                perSecond[round] = frames.get() / ((cpuNanos() - begin) / 1e9);
                fewestTurns = Math.min(fewestTurns, 1e9 / perSecond[round] / turnNanos());
                assertThat(frames.get()).isGreaterThan(REQUESTS * COUNT * STEPS / 2);
            }
        }
        Arrays.sort(perSecond);
        reporter.publishEntry(
                "frames for each second of a core, median of " + ROUNDS,
                Long.toString(Math.round(perSecond[ROUNDS / 2])));
        reporter.publishEntry(
                "turns of a loop for a frame, fewest of " + ROUNDS, Long.toString(Math.round(fewestTurns)));
        assertThat(fewestTurns).isLessThan(MOST_TURNS_PER_FRAME);
        assertThat(perSecond[ROUNDS / 2]).isGreaterThan(FEWEST_FRAMES_PER_CPU_SECOND);
    }

    /** What the threads that serve have computed; the engine's share is among it. */
    private static long cpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long nanos = 0;
        for (long id : threads.getAllThreadIds()) {
            nanos += Math.max(0, threads.getThreadCpuTime(id));
        }
        return nanos;
    }
}
