package dev.glimpse.simulation;

import dev.glimpse.scheduler.Allotment;
import dev.glimpse.scheduler.DeviceShare;
import dev.glimpse.scheduler.SchedulerListener;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.scheduler.StepScheduler;
import dev.glimpse.scheduler.TenantLanes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Schedulers that share the devices, numbered from 0, each of them told of the others as the server does it. */
final class SimulatedLanes {
    private final int devices;
    private final List<StepScheduler> schedulers = new ArrayList<>();
    private final DeviceShare share = new DeviceShare();
    private final TenantLanes tenants = new TenantLanes();

    SimulatedLanes(int count, SchedulerSettings settings, SchedulerListener listener) {
        devices = settings.devices();
        for (int lane = 0; lane < count; lane++) {
            TenantLanes.Lane place = tenants.open();
            schedulers.add(new StepScheduler(settings, listener, place));
            share.add(Integer.toString(lane), place::weight);
        }
    }

    int count() {
        return schedulers.size();
    }

    /** A lane's scheduler, which knows what to reckon with now. */
    StepScheduler at(int lane, long nowNanos) {
        Map<String, Double> wanted = new HashMap<>();
        long nfe = 0;
        for (int other = 0; other < count(); other++) {
            if (other != lane) {
                wanted.put(Integer.toString(other), schedulers.get(other).wanted(nowNanos));
                nfe += schedulers.get(other).queuedNfe();
            }
        }
        StepScheduler scheduler = schedulers.get(lane);
        scheduler.allot(new Allotment(devices, share.share(Integer.toString(lane), wanted), nfe));
        return scheduler;
    }

    /** A lane's scheduler, to be told what needs no foresight. */
    StepScheduler get(int lane) {
        return schedulers.get(lane);
    }

    /** Lanes that have a step for a device. */
    List<String> waits() {
        return IntStream.range(0, count())
                .filter(lane -> schedulers.get(lane).waiting() > 0)
                .mapToObj(Integer::toString)
                .toList();
    }

    /** The lane whose turn it is. */
    Optional<String> next(List<String> waiting) {
        return share.next(waiting);
    }

    void charge(int lane, long nanos) {
        share.charge(Integer.toString(lane), nanos);
    }

    /** Lets the devices' time of those lanes pass that have no job. */
    void rest() {
        for (int lane = 0; lane < count(); lane++) {
            if (schedulers.get(lane).waiting() + schedulers.get(lane).inFlight() == 0) {
                share.rest(Integer.toString(lane));
            }
        }
    }
}
