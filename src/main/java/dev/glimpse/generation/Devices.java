package dev.glimpse.generation;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's devices, each with a worker that holds every model. A worker whose forward failed, or does not end, is
 * replaced by a new one, which loads every model again. Confined to the dispatcher's context.
 *
 * <p>A thread that hangs in native code cannot be ended: it is left alone with its models, another one takes its place,
 * and should it come back its result is forgotten.
 */
final class Devices {
    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);
    private static final long LONGEST_WATCH_MILLIS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final int count;
    private final StuckRule rule;
    private final Events events;
    private final Crew crew;
    private final ForwardWatch watch = new ForwardWatch();
    private final Recruiter recruiter;
    private final Deque<Integer> idle = new ArrayDeque<>();
    private Future<Void> loads = Future.succeededFuture();

    Devices(Vertx vertx, Context context, int count, StuckRule rule, Events events) {
        this.vertx = vertx;
        this.context = context;
        this.count = count;
        this.rule = rule;
        this.events = events;
        crew = new Crew(context, events::freed);
        recruiter = new Recruiter(vertx, crew, rule.maxHung(), idle::add, events);
    }

    /** What others want to know. */
    interface Events {
        /** A device has nothing to do. */
        void freed();

        /** So many threads hang from now on. */
        void hung(int threads);

        /**
         * A model cannot be loaded any more, as its files have changed, and is to be served no longer.
         *
         * @return false if it has to be, as there is no other
         */
        boolean withdrawn(ModelSource source, String reason);
    }

    /** Starts every worker, without a model. */
    Future<Void> start() {
        if (!rule.equals(StuckRule.NONE)) {
            long millis =
                    Math.max(1, Math.min(LONGEST_WATCH_MILLIS, rule.floor().toMillis() / 4));
            vertx.setPeriodic(millis, id -> watch.overdue(System.nanoTime()).forEach(this::giveUp));
        }
        List<Future<Void>> started = new ArrayList<>();
        for (int device = 0; device < count; device++) {
            started.add(recruiter.deploy(device));
        }
        return Future.all(started).mapEmpty();
    }

    /** No worker is replaced from now on; completes when none is on its way. */
    Future<Void> stop() {
        return recruiter.stop();
    }

    /**
     * Loads a model onto every device; fails, and leaves it on none, if one of them cannot load it. Begins when the
     * loads before it have ended, as each of them keeps devices from their work.
     *
     * @param atOnce devices at most that load at the same time, and do nothing else
     */
    Future<Void> load(ModelSource source, int atOnce) {
        loads = loads.transform(v -> loadNow(source, atOnce));
        return loads;
    }

    private Future<Void> loadNow(ModelSource source, int atOnce) {
        if (crew.isEmpty()) {
            // What no device has loaded may be broken, and would keep the next one from starting.
            return recruiter
                    .settled()
                    .transform(v -> crew.isEmpty()
                            ? Future.failedFuture("no device works at present (expected: one to load the model onto)")
                            : loadNow(source, atOnce));
        }
        return crew.load(source, atOnce).compose(there -> there ? Future.succeededFuture() : loadNow(source, atOnce));
    }

    /** Whether devices have this very source, and not another one under its name. */
    boolean holds(ModelSource source) {
        return crew.holds(source);
    }

    /** Takes a model off every device. */
    Future<Void> unload(String modelId) {
        return crew.unload(modelId);
    }

    /**
     * Devices that have nothing to do, loading included, as they are now; the one that has had nothing for longest
     * comes first.
     */
    List<Integer> idle() {
        return idle.stream().filter(crew::ready).toList();
    }

    /** How many there are to work with; any thread. */
    DeviceReport report() {
        return recruiter.report();
    }

    /**
     * Runs an order on an idle device.
     *
     * @param patienceNanos how long its forward may take before it is given up
     * @param answer told the outcome exactly once; what it returns is done when the device has work again
     */
    <O extends DeviceOrder.Outcome> void run(
            int device, DeviceOrder<O> order, long patienceNanos, Function<O, Runnable> answer) {
        idle.remove(device);
        DeviceWorker worker = crew.worker(device);
        ForwardWatch.Assignment assignment = new ForwardWatch.Assignment(
                device,
                worker,
                order.modelId(),
                patienceNanos,
                () -> answer.apply(order.givenUp()).run());
        watch.begin(assignment);
        order.runOn(worker, context)
                .onSuccess(outcome -> landed(assignment, outcome.failure(), () -> answer.apply(outcome)));
    }

    private void landed(ForwardWatch.Assignment assignment, Optional<Throwable> failure, Supplier<Runnable> answer) {
        // What was given up has been answered, and its steps may have been taken elsewhere since.
        if (!watch.end(assignment)) {
            return;
        }
        int device = assignment.device();
        if (failure.isPresent()) {
            LOG.error(
                    "a forward of {} failed on device {}, which starts anew",
                    assignment.modelId(),
                    device,
                    failure.get());
            recruiter.replace(device);
        } else {
            idle.add(device);
        }
        Runnable afterwards = answer.get();
        events.freed();
        afterwards.run();
        // It may have let in what had left while its step was taken.
        events.freed();
    }

    private void giveUp(ForwardWatch.Overdue overdue) {
        int device = overdue.assignment().device();
        LOG.error(
                "a forward of {} on device {} has not ended after {} ms and is given up",
                overdue.assignment().modelId(),
                device,
                overdue.nanos() / 1_000_000);
        watch.end(overdue.assignment());
        recruiter.giveUp(device);
        overdue.assignment().stuck();
        events.freed();
    }
}
