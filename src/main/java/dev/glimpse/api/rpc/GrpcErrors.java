package dev.glimpse.api.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.PreconditionFailure;
import com.google.rpc.QuotaFailure;
import com.google.rpc.RequestInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.glimpse.access.Grant;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.ShelfRefusal;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;

/** The one mapping from failures to gRPC statuses with google.rpc details, short enough for every client's trailers. */
public final class GrpcErrors {
    /** The domain of every {@link ErrorInfo}. */
    public static final String DOMAIN = "glimpse.dev";

    /** Longest resume token that trailers have room for beside the longest message. */
    private static final int MAX_TOKEN_CHARS = 1536;

    private GrpcErrors() {}

    /** The status of a failure. */
    public static Status of(Failure failure) {
        if (failure instanceof Failure.InvalidField f) {
            return invalid(f.field(), f.message());
        }
        if (failure instanceof Failure.ModelNotFound f) {
            return status(GrpcStatus.NOT_FOUND, f.message(), resource(f), reason("MODEL_NOT_FOUND"));
        }
        if (failure instanceof Failure.Unsupported f) {
            return unmet("UNSUPPORTED", f.message(), precondition("UNSUPPORTED", f.subject(), f.message()));
        }
        if (failure instanceof Failure.Overloaded f) {
            return status(GrpcStatus.RESOURCE_EXHAUSTED, f.message(), retry(f.retryAfter()), reason("QUEUE_FULL"));
        }
        if (failure instanceof Failure.LimitReached f) {
            return status(GrpcStatus.RESOURCE_EXHAUSTED, f.message(), reason("LIMIT_REACHED"));
        }
        if (failure instanceof Failure.QuotaExceeded f) {
            return quota(f);
        }
        if (failure instanceof Failure.DeadlineExceeded f) {
            return status(GrpcStatus.DEADLINE_EXCEEDED, f.message(), reason("DEADLINE_EXCEEDED"));
        }
        if (failure instanceof Failure.Cancelled f) {
            return status(GrpcStatus.CANCELLED, f.message(), reason("CANCELLED"));
        }
        if (failure instanceof Failure.Unavailable f) {
            return status(GrpcStatus.UNAVAILABLE, f.message(), retry(f.retryAfter()), resumable(f));
        }
        if (failure instanceof Failure.ForeignToken f) {
            return unmet("FOREIGN_TOKEN", f.message(), precondition("TOKEN", ResumeRequest.FIELD, f.message()));
        }
        if (failure instanceof Failure.Internal f) {
            return internal(f);
        }
        throw new AssertionError("failure without a status: " + failure);
    }

    /** The status of a failure, with the path of the field that it names in the message that brought it. */
    public static Status of(Failure failure, Message request) {
        return failure instanceof Failure.InvalidField f
                ? invalid(FieldPaths.of(request, f.field()), f.message())
                : of(failure);
    }

    /**
     * The same status with what the client calls that which it is about, as "id" in the {@link ErrorInfo}'s metadata.
     */
    public static Status about(String id, Status status) {
        ByteString metadata =
                ErrorInfo.newBuilder().putMetadata("id", id).build().toByteString();
        Status.Builder about = status.toBuilder();
        for (Any.Builder detail : about.getDetailsBuilderList()) {
            if (detail.build().is(ErrorInfo.class)) {
                // A message's bytes behind another's are both in one.
                detail.setValue(detail.getValue().concat(metadata));
            }
        }
        return about.build();
    }

    /** The status of an operator's change that was not made. */
    public static Status of(ShelfRefusal refusal) {
        if (refusal instanceof ShelfRefusal.Unknown r) {
            return status(GrpcStatus.NOT_FOUND, r.message(), resource(r), reason("MODEL_NOT_FOUND"));
        }
        if (refusal instanceof ShelfRefusal.AlreadyHere r) {
            return status(GrpcStatus.ALREADY_EXISTS, r.message(), resource(r), reason("MODEL_ALREADY_HERE"));
        }
        if (refusal instanceof ShelfRefusal.LastOne r) {
            return unmet("LAST_MODEL", r.message(), precondition(r));
        }
        if (refusal instanceof ShelfRefusal.Unloadable r) {
            return unmet("MODEL_UNLOADABLE", r.message(), precondition(r));
        }
        throw new AssertionError("refusal without a status: " + refusal);
    }

    /** The status of a call whose caller is not known. */
    public static Status unauthenticated(String message) {
        return status(GrpcStatus.UNAUTHENTICATED, message, reason("UNAUTHENTICATED"));
    }

    /** The status of a call whose caller is known no more. */
    public static Status revoked() {
        return unauthenticated(Grant.REVOKED);
    }

    /** The status of a request that breaks the protocol, so that no field of it can be named. */
    public static Status protocol(GrpcStatus code, String message) {
        return status(code, message, reason("PROTOCOL"));
    }

    private static Status invalid(String field, String message) {
        var violation = BadRequest.FieldViolation.newBuilder()
                .setField(ShortText.name(field))
                .setDescription(ShortText.message(message));
        return status(
                GrpcStatus.INVALID_ARGUMENT,
                message,
                BadRequest.newBuilder().addFieldViolations(violation).build(),
                reason("INVALID_FIELD"));
    }

    private static Status status(GrpcStatus code, String message, Message... details) {
        Status.Builder status = Status.newBuilder().setCode(code.code).setMessage(ShortText.message(message));
        for (Message detail : details) {
            status.addDetails(Any.pack(detail));
        }
        return status.build();
    }

    private static Status unmet(String reason, String message, PreconditionFailure condition) {
        return status(GrpcStatus.FAILED_PRECONDITION, message, condition, reason(reason));
    }

    private static Status internal(Failure.Internal failure) {
        return status(
                GrpcStatus.INTERNAL,
                failure.message(),
                RequestInfo.newBuilder().setRequestId(failure.requestId()).build(),
                reason("INTERNAL"));
    }

    private static Status quota(Failure.QuotaExceeded failure) {
        var violation = QuotaFailure.Violation.newBuilder()
                .setSubject(ShortText.name(failure.subject()))
                .setDescription(ShortText.message(failure.message()));
        Status status = status(
                GrpcStatus.RESOURCE_EXHAUSTED,
                failure.message(),
                QuotaFailure.newBuilder().addViolations(violation).build(),
                reason("QUOTA_EXCEEDED"));
        return failure.retryAfter()
                .map(after ->
                        status.toBuilder().addDetails(Any.pack(retry(after))).build())
                .orElse(status);
    }

    private static ErrorInfo reason(String reason) {
        return ErrorInfo.newBuilder().setDomain(DOMAIN).setReason(reason).build();
    }

    /** A token that is too long is left out: the last event of the stream, which the client has, brought it, too. */
    private static ErrorInfo resumable(Failure.Unavailable failure) {
        ErrorInfo unavailable = reason("UNAVAILABLE");
        String token = failure.resumeToken();
        return token.isEmpty() || token.length() > MAX_TOKEN_CHARS
                ? unavailable
                : unavailable.toBuilder()
                        .putMetadata(ResumeRequest.FIELD, token)
                        .build();
    }

    private static ResourceInfo resource(Failure.ModelNotFound failure) {
        return resource(failure.model(), failure.message());
    }

    private static ResourceInfo resource(ShelfRefusal refusal) {
        return resource(refusal.model(), refusal.message());
    }

    private static ResourceInfo resource(String model, String message) {
        return ResourceInfo.newBuilder()
                .setResourceType("model")
                .setResourceName(ShortText.name(model))
                .setDescription(ShortText.message(message))
                .build();
    }

    private static PreconditionFailure precondition(ShelfRefusal refusal) {
        return precondition("MODEL", refusal.model(), refusal.message());
    }

    private static PreconditionFailure precondition(String type, String subject, String message) {
        var violation = PreconditionFailure.Violation.newBuilder()
                .setType(type)
                .setSubject(ShortText.name(subject))
                .setDescription(ShortText.message(message));
        return PreconditionFailure.newBuilder().addViolations(violation).build();
    }

    private static RetryInfo retry(Duration after) {
        var delay = com.google.protobuf.Duration.newBuilder()
                .setSeconds(after.getSeconds())
                .setNanos(after.getNano());
        return RetryInfo.newBuilder().setRetryDelay(delay).build();
    }
}
