package dev.glimpse.api.oip;

import com.google.rpc.Status;
import dev.glimpse.api.rpc.GrpcErrors;
import dev.glimpse.generation.Failure;
import io.vertx.grpc.common.GrpcStatus;

/** The statuses of failures as clients of this protocol know them from Triton and KServe. */
final class OipErrors {
    /** Names the status that an error within a stream would have as an answer of its own. */
    static final String CODE = "error_code";

    /** Names the time after which the same request may succeed. */
    static final String RETRY = "retry_after_ms";

    private OipErrors() {}

    /** The gRPC status: that of every door, but that a full queue is Triton's UNAVAILABLE. */
    static Status grpc(Failure failure) {
        Status status = GrpcErrors.of(failure);
        return failure instanceof Failure.Overloaded
                ? status.toBuilder().setCode(GrpcStatus.UNAVAILABLE.code).build()
                : status;
    }

    /** The HTTP status of inference, by Triton's map, with those that Triton has no word for. */
    static int http(Failure failure) {
        if (failure instanceof Failure.ModelNotFound) {
            return 404;
        } else if (failure instanceof Failure.InvalidField
                || failure instanceof Failure.Unsupported
                || failure instanceof Failure.ForeignToken
                || failure instanceof Failure.Cancelled) {
            return 400;
        } else if (failure instanceof Failure.Overloaded || failure instanceof Failure.Unavailable) {
            return 503;
        } else if (failure instanceof Failure.LimitReached || failure instanceof Failure.QuotaExceeded) {
            return 429;
        } else if (failure instanceof Failure.DeadlineExceeded) {
            return 504;
        } else if (failure instanceof Failure.Internal) {
            return 500;
        }
        throw new AssertionError("failure without a status: " + failure);
    }

    /** The HTTP status of generation, for which the protocol has a list of its own. */
    static int httpOfGeneration(Failure failure) {
        if (failure instanceof Failure.InvalidField) {
            return 422;
        } else if (failure instanceof Failure.Overloaded) {
            return 429;
        } else if (failure instanceof Failure.Internal) {
            return 424;
        }
        return http(failure);
    }
}
