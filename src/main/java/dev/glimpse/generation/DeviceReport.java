package dev.glimpse.generation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many devices there are to work with.
 *
 * @param working devices that have a worker, busy or not; those that are being started anew are missing
 * @param starting devices that are being started anew, and have not failed to
 * @param loading those of the working ones that are at one of their models, and do nothing else
 * @param hanging by device: threads that were given up at a forward that does not end, and have not come back
 * @param broken those that failed to start anew and are tried again, by device
 */
public record DeviceReport(
        int working,
        SortedMap<Integer, Preparing> starting,
        SortedMap<Integer, Preparing> loading,
        SortedMap<Integer, Integer> hanging,
        SortedMap<Integer, Broken> broken) {
    public DeviceReport {
        starting = Collections.unmodifiableSortedMap(new TreeMap<>(starting));
        loading = Collections.unmodifiableSortedMap(new TreeMap<>(loading));
        hanging = Collections.unmodifiableSortedMap(new TreeMap<>(hanging));
        broken = Collections.unmodifiableSortedMap(new TreeMap<>(broken));
    }

    /** What a number of working devices is if nothing is wrong. */
    static DeviceReport working(int devices) {
        return new DeviceReport(devices, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    /**
     * A device that cannot start.
     *
     * @param cause of the last failure, in one line
     * @param sinceNanos when the first try failed
     */
    public record Broken(String cause, long sinceNanos) {}

    /**
     * What keeps a device from its work, and should not for long.
     *
     * @param what it is at, as in "it has been loading m/1"
     */
    public record Preparing(String what, long sinceNanos) {}

    /** The same with those of the working devices that are at one of their models. */
    DeviceReport with(SortedMap<Integer, Preparing> nowLoading) {
        SortedMap<Integer, Preparing> ofWorking = new TreeMap<>(nowLoading);
        ofWorking.keySet().removeAll(broken.keySet());
        return new DeviceReport(working, starting, ofWorking, hanging, broken);
    }

    /** The devices that something has kept from their work for at least so long. */
    public SortedMap<Integer, Preparing> late(long nowNanos, Duration patience) {
        SortedMap<Integer, Preparing> late = new TreeMap<>(starting);
        late.putAll(loading);
        late.values().removeIf(preparing -> nowNanos - preparing.sinceNanos() < patience.toNanos());
        return late;
    }

    /** Whether those are all that could work. */
    public boolean allLate(long nowNanos, Duration patience) {
        int late = late(nowNanos, patience).size();
        return late > 0 && late == working + starting.size();
    }

    /** Threads that were given up and have not come back. */
    public int hung() {
        return hanging.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Why nothing can be computed now or soon, without what only an operator should know. A device that is being
     * started anew takes what is asked for until then.
     */
    public Optional<String> lost() {
        if (working > 0 || !starting.isEmpty()) {
            return Optional.empty();
        }
        List<String> reasons = new ArrayList<>();
        if (hung() > 0) {
            reasons.add(hung() + (hung() == 1 ? " forward does" : " forwards do") + " not end");
        }
        if (!broken.isEmpty()) {
            reasons.add(broken.size() + " cannot start");
        }
        return reasons.isEmpty() ? Optional.empty() : Optional.of("no device works: " + String.join(", ", reasons));
    }

    /**
     * Why nothing will be computed unless the process is replaced. A device that cannot start may yet, for so long; one
     * that rests waits for a thread that hangs, and such a thread hardly ever comes back.
     */
    public Optional<String> dead(long nowNanos, Duration patience) {
        return lost().filter(reason ->
                broken.values().stream().allMatch(b -> nowNanos - b.sinceNanos() >= patience.toNanos()));
    }
}
