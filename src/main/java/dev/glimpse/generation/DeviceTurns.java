package dev.glimpse.generation;

import dev.glimpse.scheduler.Batch;
import dev.glimpse.scheduler.DeviceShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which model's work an idle device takes: that of the one whose turn it is. Confined to the dispatcher's context.
 *
 * @param share of the devices' time, of all lanes and all models' likelihoods
 * @param lanes of all models
 * @param scores their likelihoods
 * @param outages the time that devices take to come back, which is charged to whose work they failed at
 */
record DeviceTurns(DeviceShare share, Lanes lanes, ScoringDesk scores, Devices devices, Outages outages) {

    /** Gives every idle device work, if there is some for it: a step may wait for one that is not the first. */
    void take() {
        outages.end(devices.idle(), System.nanoTime());
        // A job may have left while it waited, which no landing tells: its lane is not owed what it did not want.
        lanes.rest();
        scores.rest();
        for (int device : devices.idle()) {
            // Ends that are told on the way may bring new work, which takes a device itself.
            if (devices.idle().contains(device)) {
                serve(device);
            }
        }
    }

    /** Gives a device a batch of the model whose turn it is, or of the next one that has a step for it. */
    private void serve(int device) {
        List<String> waiting =
                new ArrayList<>(Stream.concat(lanes.waits(), scores.waits()).toList());
        Optional<String> next = share.next(waiting);
        while (next.isPresent() && !begin(next.get(), device)) {
            waiting.remove(next.get());
            next = share.next(waiting);
        }
    }

    private boolean begin(String shareId, int device) {
        Optional<Lane> served = lanes.find(shareId);
        if (served.isEmpty()) {
            scores.serve(shareId, device, devices);
            return true;
        }
        Lane lane = served.get();
        Optional<Lane.Work> work = lane.next(device, devices.idle().size());
        work.ifPresent(w ->
                devices.run(device, w.order(), lane.patienceNanos(w.batch()), outcome -> landed(lane, w, outcome)));
        return work.isPresent();
    }

    /** Returns what may be done when the device has work again. */
    private Runnable landed(Lane lane, Lane.Work work, StepOrder.Outcome outcome) {
        Runnable telling = () -> {};
        if (outcome instanceof StepOrder.Outcome.Done done) {
            lanes.charge(lane, done.durationNanos());
            telling = lane.completed(work, done);
        } else {
            Batch batch = work.batch();
            outages.begin(batch.device(), batch.startNanos(), nanos -> lanes.charge(lane, nanos));
            lane.failed(work);
        }
        Runnable told = telling;
        return () -> {
            told.run();
            lanes.landed(lane);
        };
    }
}
