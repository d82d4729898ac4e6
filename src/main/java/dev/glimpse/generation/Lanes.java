package dev.glimpse.generation;

import dev.glimpse.scheduler.Allotment;
import dev.glimpse.scheduler.DeviceShare;
import dev.glimpse.scheduler.SchedulerSettings;
import dev.glimpse.scheduler.TenantLanes;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The lanes of all models, two for each: requests that may differ in their last bits have one of their own, as their
 * batches have other sizes. Confined to the dispatcher's context.
 */
final class Lanes {
    private final DeviceShare share;
    private final GenerationListener listener;
    private final Others others;
    private final TenantLanes tenants;
    private final Map<String, Lane> lanes = new LinkedHashMap<>();

    /** Lanes that left while a device was at a step whose clients had left before, of which listeners still hear. */
    private final Set<Lane> left = new HashSet<>();

    /** What lanes have to reckon with besides each other. */
    interface Others {
        /** Devices that work at present. */
        int devices();

        /** What else wants the devices' time: shares of all of it, by the names under which they take part. */
        Map<String, Double> wanted();
    }

    /**
     * @param share of the devices, in which each lane takes part while it is here
     * @param tenants by which lanes weigh
     */
    Lanes(DeviceShare share, TenantLanes tenants, GenerationListener listener, Others others) {
        this.tenants = tenants;
        this.share = share;
        this.listener = listener;
        this.others = others;
    }

    private static String id(String modelId, boolean deterministic) {
        return deterministic ? modelId : modelId + GenerationListener.FREE;
    }

    /** Serves a model from now on. */
    void add(ModelSource source, Stage stage) {
        add(id(source.id(), true), source, stage.settings().scheduling(), stage);
        add(id(source.id(), false), source, stage.settings().free(), stage);
    }

    private void add(String id, ModelSource source, SchedulerSettings scheduling, Stage stage) {
        TenantLanes.Lane place = tenants.open();
        Lane lane = new Lane(id, source, scheduling, stage, new Lane.Surroundings(place, this::allotment));
        // It refuses a name that is taken, whose lane then stays.
        share.add(id, place::weight);
        lanes.put(id, lane);
    }

    /** What a lane may reckon with beside all others, as they are now. */
    private Allotment allotment(Lane lane, long nowNanos) {
        Map<String, Double> wanted = new HashMap<>(others.wanted());
        long nfe = 0;
        for (Lane other : lanes.values()) {
            if (other != lane) {
                wanted.put(other.id(), other.wanted(nowNanos));
                nfe += other.queuedNfe();
            }
        }
        return new Allotment(Math.max(1, others.devices()), share.share(lane.id(), wanted), nfe);
    }

    /** The lane of a model's requests, if it is served. */
    Optional<Lane> find(String modelId, boolean deterministic) {
        return find(id(modelId, deterministic));
    }

    Optional<Lane> find(String laneId) {
        return Optional.ofNullable(lanes.get(laneId));
    }

    /** The models that are served. */
    List<String> models() {
        return lanes.keySet().stream()
                .filter(id -> !GenerationListener.isFree(id))
                .toList();
    }

    /** The lanes that have a step for a device. */
    Stream<String> waits() {
        return lanes.values().stream().filter(Lane::waits).map(Lane::id);
    }

    /**
     * Admits nothing more for a model; completes when its lanes have gone.
     *
     * @param grace how long running streams may go on; absent for as long as they like
     */
    Future<Void> drain(String modelId, Failure refusal, Optional<Duration> grace) {
        List<Future<Void>> drained = new ArrayList<>();
        for (boolean deterministic : new boolean[] {true, false}) {
            find(modelId, deterministic)
                    .ifPresent(lane ->
                            drained.add(lane.requests().drain(refusal, grace).onComplete(v -> remove(lane))));
        }
        return Future.join(drained).mapEmpty();
    }

    private void remove(Lane lane) {
        lanes.remove(lane.id());
        share.remove(lane.id());
        left.add(lane);
        closeIfOver(lane);
    }

    /** Does something with all of them, which may have them leave; completes when all have. */
    Future<Void> each(Function<Lane, Future<Void>> action) {
        return Future.join(List.copyOf(lanes.values()).stream().map(action).toList())
                .mapEmpty();
    }

    /** A lane was given device time. */
    void charge(Lane lane, long nanos) {
        if (lanes.containsKey(lane.id())) {
            share.charge(lane.id(), nanos);
        }
    }

    /** A batch of a lane has come back, and everything that follows from it is done. */
    void landed(Lane lane) {
        restIfIdle(lane);
        closeIfOver(lane);
    }

    /** Lets the devices' time of those lanes pass that have no job. */
    void rest() {
        lanes.values().forEach(this::restIfIdle);
    }

    private void restIfIdle(Lane lane) {
        if (lanes.containsKey(lane.id()) && lane.rests()) {
            share.rest(lane.id());
        }
    }

    private void closeIfOver(Lane lane) {
        if (lane.rests() && left.remove(lane)) {
            listener.closed(lane.id());
        }
    }
}
