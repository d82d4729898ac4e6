package dev.glimpse.client;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;

/** What a failed call says: its status, and the details in its trailers. */
final class Errors {
    private Errors() {}

    /** The lines that tell a person what went wrong. */
    static List<String> explain(StatusRuntimeException error) throws InvalidProtocolBufferException {
        List<String> lines = new ArrayList<>();
        lines.add(error.getStatus().getCode() + ": " + error.getStatus().getDescription());
        Status status = StatusProto.fromThrowable(error);
        for (Any detail : status.getDetailsList()) {
            if (detail.is(ErrorInfo.class)) {
                lines.add("  reason: " + detail.unpack(ErrorInfo.class).getReason());
            } else if (detail.is(BadRequest.class)) {
                detail.unpack(BadRequest.class)
                        .getFieldViolationsList()
                        .forEach(violation -> lines.add("  field: " + violation.getField()));
            } else if (detail.is(RetryInfo.class)) {
                Duration delay = detail.unpack(RetryInfo.class).getRetryDelay();
                lines.add("  try again after " + (delay.getSeconds() + delay.getNanos() / 1e9) + " s");
            }
        }
        return lines;
    }
}
