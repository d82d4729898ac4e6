package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The workers that are there, and the models that each of them has to hold. Confined to the dispatcher's context.
 *
 * <p>Nobody waits for a worker that has left: the one that takes its place catches up.
 */
final class Crew {
    private final Context context;
    private final Runnable changed;
    private final Map<String, ModelSource> models = new LinkedHashMap<>();
    private final Map<Integer, Member> members = new HashMap<>();
    private volatile SortedMap<Integer, DeviceReport.Preparing> preparing = new TreeMap<>();

    /** @param changed told after each change of a worker's models */
    Crew(Context context, Runnable changed) {
        this.context = context;
        this.changed = changed;
    }

    /**
     * A worker that is there.
     *
     * @param left completes when it is so no longer
     */
    private record Member(DeviceWorker worker, String deployment, Promise<Void> left) {
        /** The outcome of a change of its models; a success if it leaves before, as its thread may never come to it. */
        Future<Void> awaited(Future<Void> change) {
            Promise<Void> end = Promise.promise();
            left.future().onSuccess(end::tryComplete);
            change.onSuccess(end::tryComplete).onFailure(end::tryFail);
            return end.future();
        }
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    /** The devices whose workers are there. */
    Set<Integer> devices() {
        return members.keySet();
    }

    /** Whether the worker of a device is there, and at none of its models. */
    boolean ready(int device) {
        Member member = members.get(device);
        return member != null && member.worker().preparing().isEmpty();
    }

    /** The devices whose workers are there and at one of their models; any thread. */
    SortedMap<Integer, DeviceReport.Preparing> preparing() {
        return preparing;
    }

    private void tellPreparing() {
        SortedMap<Integer, DeviceReport.Preparing> now = new TreeMap<>();
        members.forEach((device, member) -> member.worker().preparing().ifPresent(what -> now.put(device, what)));
        preparing = Collections.unmodifiableSortedMap(now);
    }

    /** The worker of a device, which is there. */
    DeviceWorker worker(int device) {
        return members.get(device).worker();
    }

    /** A worker for a device, which begins with the models of now and has still to be deployed. */
    DeviceWorker recruit(int device) {
        return new DeviceWorker(device, List.copyOf(models.values()));
    }

    /** A worker has been deployed and is there from now on; completes when it holds the models that it has to. */
    Future<Void> join(int device, DeviceWorker worker, String deployment) {
        members.put(device, new Member(worker, deployment, Promise.promise()));
        Future<Void> caughtUp = catchUp(worker);
        tellPreparing();
        return caughtUp;
    }

    /** Unloads what left while the worker was starting, and loads what came, which may have the same name. */
    private Future<Void> catchUp(DeviceWorker worker) {
        List<Future<Void>> changes = new ArrayList<>();
        worker.initial().stream()
                .filter(source -> models.get(source.id()) != source)
                .forEach(source -> changes.add(worker.unload(source.id(), context)));
        models.values().forEach(source -> changes.add(worker.load(source, context)));
        changes.forEach(change -> change.onComplete(v -> tellPreparing()));
        return Future.join(changes).mapEmpty();
    }

    /** The worker of a device is there no longer; what it was deployed as, if there was one. */
    Optional<String> leave(int device) {
        Member gone = members.remove(device);
        if (gone == null) {
            return Optional.empty();
        }
        tellPreparing();
        // Later, when whoever lets it go has seen to another one.
        context.runOnContext(v -> gone.left().complete());
        return Optional.of(gone.deployment());
    }

    /**
     * Loads a model onto every worker; fails, and leaves it on none, if one of them cannot load it.
     *
     * @param atOnce workers at most that load at the same time, so that the others work meanwhile
     * @return whether it is there; not so, and it is still to be loaded, if the first worker left before it had it
     */
    Future<Boolean> load(ModelSource source, int atOnce) {
        Member first = members.values().iterator().next();
        // The first alone: loading may also start the engine, which is no time for a race.
        return change(List.of(first), worker -> worker.load(source, context))
                .compose(v -> members.containsValue(first)
                        ? loadOnOthers(source, atOnce, Set.of(first)).map(true)
                        : Future.succeededFuture(false))
                .recover(cause -> unload(source.id()).transform(unloaded -> Future.failedFuture(cause)));
    }

    /** @param asked workers that have it, or left before they had; those that begin meanwhile are none of them */
    private Future<Void> loadOnOthers(ModelSource source, int atOnce, Set<Member> asked) {
        List<Member> next = members.values().stream()
                .filter(member -> !asked.contains(member))
                .limit(atOnce)
                .toList();
        if (next.isEmpty()) {
            models.put(source.id(), source);
            return Future.succeededFuture();
        }
        Set<Member> with = new HashSet<>(asked);
        with.addAll(next);
        return change(next, worker -> worker.load(source, context)).compose(v -> loadOnOthers(source, atOnce, with));
    }

    /** Whether workers have this very source, and not another one under its name. */
    boolean holds(ModelSource source) {
        return models.get(source.id()) == source;
    }

    /** Takes a model off every worker. */
    Future<Void> unload(String modelId) {
        models.remove(modelId);
        return change(members.values(), worker -> worker.unload(modelId, context));
    }

    private Future<Void> change(Collection<Member> members, Function<DeviceWorker, Future<Void>> change) {
        List<Future<Void>> ends = members.stream()
                .map(member -> member.awaited(change.apply(member.worker()).onComplete(v -> {
                    tellPreparing();
                    changed.run();
                })))
                .toList();
        tellPreparing();
        return Future.join(ends).mapEmpty();
    }
}
