package dev.glimpse.generation;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * The devices that failed or hanging forwards keep from their work, and who pays for that time: with a model that fails
 * at once, most of the time goes into starting the device anew. Confined to the dispatcher's context.
 */
final class Outages {
    private final Map<Integer, Outage> open = new HashMap<>();

    private record Outage(long sinceNanos, LongConsumer payer) {}

    /**
     * A device does not work.
     *
     * @param sinceNanos when the forward began that did not end well
     * @param payer told how long that and the outage took, once the device is back
     */
    void begin(int device, long sinceNanos, LongConsumer payer) {
        open.put(device, new Outage(sinceNanos, payer));
    }

    /** These devices work. */
    void end(Collection<Integer> devices, long nowNanos) {
        for (int device : devices) {
            Outage outage = open.remove(device);
            if (outage != null) {
                outage.payer().accept(nowNanos - outage.sinceNanos());
            }
        }
    }
}
