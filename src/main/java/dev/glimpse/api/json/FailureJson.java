package dev.glimpse.api.json;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.ResumeRequest;
import io.vertx.core.json.JsonObject;

/**
 * How doors that speak JSON tell failures: a code, the field where there is one, one sentence, and when to try again.
 */
public final class FailureJson {
    private FailureJson() {}

    /** The fields that tell a failure: "code", "field", "message" and "retry_after_ms". */
    public static JsonObject describe(Failure failure) {
        JsonObject json = new JsonObject().put("code", code(failure));
        if (failure instanceof Failure.InvalidField invalid) {
            json.put("field", invalid.field());
        } else if (failure instanceof Failure.ModelNotFound missing) {
            json.put("field", missing.field());
        } else if (failure instanceof Failure.LimitReached limit) {
            json.put("field", limit.field());
        } else if (failure instanceof Failure.ForeignToken) {
            json.put("field", ResumeRequest.FIELD);
        }
        json.put("message", failure.message());
        failure.retry().ifPresent(after -> json.put("retry_after_ms", RetryHint.millis(after)));
        if (failure instanceof Failure.Unavailable unavailable
                && !unavailable.resumeToken().isEmpty()) {
            json.put(ResumeRequest.FIELD, unavailable.resumeToken());
        }
        return json;
    }

    /** The kind of failure, as clients tell it apart. */
    public static String code(Failure failure) {
        if (failure instanceof Failure.InvalidField) {
            return "invalid_argument";
        } else if (failure instanceof Failure.ModelNotFound) {
            return "not_found";
        } else if (failure instanceof Failure.Unsupported || failure instanceof Failure.ForeignToken) {
            return "failed_precondition";
        } else if (failure instanceof Failure.Overloaded
                || failure instanceof Failure.LimitReached
                || failure instanceof Failure.QuotaExceeded) {
            return "resource_exhausted";
        } else if (failure instanceof Failure.DeadlineExceeded) {
            return "deadline_exceeded";
        } else if (failure instanceof Failure.Cancelled) {
            return "cancelled";
        } else if (failure instanceof Failure.Unavailable) {
            return "unavailable";
        } else if (failure instanceof Failure.Internal) {
            return "internal";
        }
        throw new AssertionError("failure without a code: " + failure);
    }
}
