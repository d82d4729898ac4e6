package dev.glimpse.testing;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.KnownLength;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A client of gRPC's own library for Java, which shares no code with the server. */
public final class GrpcJava implements AutoCloseable {
    private final ManagedChannel channel;
    private final AtomicLong received = new AtomicLong();

    public GrpcJava(int port) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    /** How a call went. */
    public record Outcome<R>(Metadata headers, List<R> messages, Status status, Metadata trailers) {}

    /** A call under way; it asks for every message as it comes. */
    public static final class Call<Q, R> extends ClientCall.Listener<R> {
        private final ClientCall<Q, R> call;
        private final CompletableFuture<R> first = new CompletableFuture<>();
        private final CompletableFuture<Outcome<R>> outcome = new CompletableFuture<>();
        private final List<R> messages = new ArrayList<>();
        private final AtomicLong received;
        private Metadata headers = new Metadata();

        private Call(ClientCall<Q, R> call, AtomicLong received) {
            this.call = call;
            this.received = received;
        }

        public ClientCall<Q, R> sending() {
            return call;
        }

        /** The first message. */
        public CompletableFuture<R> first() {
            return first;
        }

        public boolean ended() {
            return outcome.isDone();
        }

        public Outcome<R> outcome() throws Exception {
            return outcome.get(60, TimeUnit.SECONDS);
        }

        @Override
        public void onHeaders(Metadata received) {
            headers = received;
        }

        @Override
        public void onMessage(R message) {
            messages.add(message);
            first.complete(message);
            call.request(1);
            received.incrementAndGet();
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            outcome.complete(new Outcome<>(headers, messages, status, trailers));
        }
    }

    /** A method by its full name. */
    public static <Q extends MessageLite, R extends MessageLite> MethodDescriptor<Q, R> method(
            MethodType type, String name, Parser<Q> request, Parser<R> response) {
        return MethodDescriptor.<Q, R>newBuilder()
                .setType(type)
                .setFullMethodName(name)
                .setRequestMarshaller(new Messages<>(request))
                .setResponseMarshaller(new Messages<>(response))
                .build();
    }

    /** Opens a call. */
    public <Q, R> Call<Q, R> open(MethodDescriptor<Q, R> method, CallOptions options, Metadata metadata) {
        Call<Q, R> call = new Call<>(channel.newCall(method, options), received);
        call.call.start(call, metadata);
        call.call.request(1);
        return call;
    }

    /** Opens a call, asks once and closes this side. */
    public <Q, R> Call<Q, R> ask(MethodDescriptor<Q, R> method, Q request, CallOptions options) {
        Call<Q, R> call = open(method, options, new Metadata());
        call.call.sendMessage(request);
        call.call.halfClose();
        return call;
    }

    /** Messages that all its calls have received so far. */
    public long received() {
        return received.get();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private record Messages<M extends MessageLite>(Parser<M> parser) implements MethodDescriptor.Marshaller<M> {
        @Override
        public InputStream stream(M message) {
            return new Bytes(message.toByteArray());
        }

        @Override
        public M parse(InputStream stream) {
            try {
                return parser.parseFrom(stream);
            } catch (InvalidProtocolBufferException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        }
    }

    private static final class Bytes extends ByteArrayInputStream implements KnownLength {
        Bytes(byte[] bytes) {
            super(bytes);
        }
    }
}
