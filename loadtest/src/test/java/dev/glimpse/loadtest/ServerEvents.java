package dev.glimpse.loadtest;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.Step;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;

/** What a server says, as clients read it. */
final class ServerEvents {
    private static final ByteString PNG = ByteString.copyFrom(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n'});

    private ServerEvents() {}

    /** What the refusal of a full server says beside its status. */
    static Metadata retryAfter(Duration delay) {
        com.google.rpc.Status status = com.google.rpc.Status.newBuilder()
                .setCode(Status.Code.RESOURCE_EXHAUSTED.value())
                .addDetails(Any.pack(RetryInfo.newBuilder()
                        .setRetryDelay(com.google.protobuf.Duration.newBuilder()
                                .setSeconds(delay.getSeconds())
                                .setNanos(delay.getNano()))
                        .build()))
                .build();
        return StatusProto.toStatusException(status).getTrailers();
    }

    static GenerateEvent picture(int sample, int step, boolean last, String token) {
        return GenerateEvent.newBuilder()
                .setStep(Step.newBuilder()
                        .setSample(sample)
                        .setStep(step)
                        .setLast(last)
                        .setNfe(step)
                        .setBatchRows(2)
                        .setForwardMicros(1000)
                        .setImage(PNG)
                        .setResumeToken(token))
                .build();
    }
}
