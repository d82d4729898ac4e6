package dev.glimpse.api.http;

import dev.glimpse.api.web.BodyBounds;
import dev.glimpse.api.web.BodyFailure;
import dev.glimpse.api.web.Problem;
import io.vertx.ext.web.RoutingContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answer to a request whose body cannot be taken, in the form of RFC 9457.
 *
 * @param bounds those of the body
 */
record BodyAnswer(BodyBounds bounds) {
    private static final Logger LOG = LoggerFactory.getLogger(BodyAnswer.class);

    /** Answers on the failed route of the body's reader; what the server itself is to blame for goes on. */
    void fail(RoutingContext context) {
        BodyFailure failure = BodyFailure.of(context, bounds);
        if (failure instanceof BodyFailure.Left) {
            LOG.debug("A client left before all of its request came", context.failure());
        } else if (failure instanceof BodyFailure.Refused refused) {
            refuse(context, refused);
        } else {
            context.next();
        }
    }

    /** Answers before the body is read, or with what is wrong in it. */
    static void refuse(RoutingContext context, BodyFailure.Refused refused) {
        Problem.of(refused.status(), "invalid_argument", refused.message()).answer(context);
    }
}
