package dev.glimpse.observability;

import java.time.Duration;
import org.slf4j.Logger;

/**
 * How a request has ended, for the log.
 *
 * @param requestId empty for one that was not admitted
 * @param model its name; empty, too, for one that was not admitted
 * @param stay from its arrival
 */
record RequestEnd(Visitor visitor, Outcome outcome, String requestId, String model, Duration stay) {
    /** Tells it at debug. */
    void tell(Logger log, String message) {
        log.atDebug()
                .addKeyValue("door", visitor.door())
                .addKeyValue("tenant", visitor.tenant())
                .addKeyValue("outcome", outcome.label())
                .addKeyValue("request_id", requestId)
                .addKeyValue("model", model)
                .addKeyValue("duration_ms", stay.toMillis())
                .log(message);
    }
}
