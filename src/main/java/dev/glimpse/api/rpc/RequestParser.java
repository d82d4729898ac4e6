package dev.glimpse.api.rpc;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.rpc.Status;
import io.vertx.core.buffer.Buffer;
import io.vertx.grpc.common.GrpcMessage;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.InvalidMessageException;
import io.vertx.grpc.common.MessageSizeOverflowException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/**
 * Reads request messages without ever holding more bytes of one than it may.
 *
 * @param parser reads the unpacked bytes
 * @param maxBytes most bytes of a message, packed and unpacked
 */
public record RequestParser<Q extends Message>(Parser<Q> parser, int maxBytes) {

    /** A message that cannot be served, with the status that says why. */
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Status status;

        private RefusedException(Status status) {
            super(status.getMessage());
            this.status = status;
        }

        Status status() {
            return status;
        }
    }

    /** The request in a message. */
    Q parse(GrpcMessage received) throws RefusedException {
        try {
            return parser.parseFrom(unpacked(received));
        } catch (InvalidProtocolBufferException e) {
            throw refused(GrpcStatus.INVALID_ARGUMENT, "not a message of this method's type");
        } catch (IOException e) {
            throw refused(GrpcStatus.INTERNAL, "compressed otherwise than grpc-encoding says");
        }
    }

    /** The refusal of what is no message, or too large a one to be read. */
    Status refusal(InvalidMessageException e) {
        return e instanceof MessageSizeOverflowException tooLarge
                ? tooLarge(tooLarge.messageSize() + " bytes")
                : status(GrpcStatus.INVALID_ARGUMENT, "not a gRPC message");
    }

    private Status tooLarge(String size) {
        return status(GrpcStatus.RESOURCE_EXHAUSTED, size + " (expected: at most " + maxBytes + " bytes)");
    }

    private byte[] unpacked(GrpcMessage received) throws IOException, RefusedException {
        return switch (received.encoding()) {
            case "identity" -> received.payload().getBytes();
            case "gzip" -> gunzip(received.payload());
            default -> throw new IOException("no encoding");
        };
    }

    private byte[] gunzip(Buffer packed) throws IOException, RefusedException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed.getBytes()))) {
            byte[] bytes = in.readNBytes(maxBytes);
            if (in.read() >= 0) {
                throw new RefusedException(tooLarge("more, once unpacked"));
            }
            return bytes;
        }
    }

    private static RefusedException refused(GrpcStatus code, String message) {
        return new RefusedException(status(code, message));
    }

    private static Status status(GrpcStatus code, String message) {
        return GrpcErrors.protocol(code, "request: " + message);
    }
}
