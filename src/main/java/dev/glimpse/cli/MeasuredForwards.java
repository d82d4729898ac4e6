package dev.glimpse.cli;

import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.simulation.ForwardTimes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The forwards of a real run: their line by least squares, and how far each was off it and when, so that a simulation
 * meets the moods of the machine at the same times. Any thread may add.
 */
final class MeasuredForwards {
    private final int minRows;
    private final long startNanos;
    /** By duration: to the nanosecond, it is as good as a name, and many frames tell of one forward. */
    private final Map<Long, Forward> forwards = new HashMap<>();

    private final List<Long> gaps = new ArrayList<>();

    private record Forward(int rows, long atNanos) {}

    MeasuredForwards(int minRows, long startNanos) {
        this.minRows = minRows;
        this.startNanos = startNanos;
    }

    synchronized void add(int rows, long nanos, long endNanos) {
        forwards.put(nanos, new Forward(SchedulerSettings.padded(rows, minRows), endNanos - nanos - startNanos));
    }

    /** What passed between two steps of a trajectory besides the forward of the second. */
    synchronized void gap(long nanos) {
        gaps.add(nanos);
    }

    /** Their line, and how far they were off it; empty while there is none. */
    synchronized Optional<ForwardTimes> times() {
        if (forwards.isEmpty()) {
            return Optional.empty();
        }
        List<CostLine.Point> points = new ArrayList<>();
        forwards.forEach((nanos, forward) -> points.add(new CostLine.Point(forward.rows(), nanos)));
        CostLine line = CostLine.through(points);
        TreeMap<Long, Double> factors = new TreeMap<>();
        forwards.forEach((nanos, forward) -> factors.put(forward.atNanos(), nanos / line.time(forward.rows())));
        return Optional.of(
                new ForwardTimes(line.a(), line.b(), minRows, overhead(), new ForwardTimes.Factors(factors)));
    }

    /** A trajectory that is passed over sees at least another forward; the others see the turn-around alone. */
    private long overhead() {
        long shortest =
                forwards.keySet().stream().mapToLong(nanos -> nanos).min().orElseThrow();
        return Math.round(gaps.stream()
                .mapToLong(gap -> gap)
                .filter(gap -> gap >= 0 && gap < shortest)
                .average()
                .orElse(0));
    }
}
