package dev.glimpse.loadtest;

import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that takes one request after the other, each for a fixed time, and has a way to end for each number of
 * steps.
 *
 * <p>Requests of {@value #REFUSED} steps are refused, and those of {@value #BROKEN} break after they have been
 * accepted. Those of {@value #CUT} are cut after their first picture, with a token that is taken, and those of
 * {@value #LOST} with one that is not, and those of {@value #BUSY} with one that is taken the second time. All others
 * get all pictures for each step at the end.
 */
final class ScriptedServer implements AutoCloseable {
    static final int REFUSED = 7;
    static final int BROKEN = 9;
    static final int CUT = 11;
    static final int LOST = 13;
    static final int BUSY = 15;

    /** What one is told to wait whose token is not taken at first. */
    static final Duration BUSY_FOR = Duration.ofMillis(700);

    /** Of a connection, as Glimpse has it. */
    private static final int MOST_STREAMS = 100;

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final ScheduledExecutorService device = Executors.newSingleThreadScheduledExecutor();
    private final long eachNanos;
    private final Server server;
    private final String authorization;
    private final Set<Object> connections = new CopyOnWriteArraySet<>();
    private final List<GenerateRequest> requests = Collections.synchronizedList(new ArrayList<>());
    private final SortedMap<Long, Integer> steps = new ConcurrentSkipListMap<>();
    private volatile boolean parallel;
    private volatile boolean caches;
    private volatile boolean shortens;
    private volatile int most = Integer.MAX_VALUE;
    private final AtomicBoolean busy = new AtomicBoolean(true);
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger mostHeld = new AtomicInteger();
    private long freeAtNanos = System.nanoTime();

    ScriptedServer(long eachMillis) throws IOException {
        this(eachMillis, "");
    }

    /** @param key the API key that requests need; empty for none */
    ScriptedServer(long eachMillis, String key) throws IOException {
        this(eachMillis, key, Optional.empty());
    }

    /** @param identity what it speaks TLS with; empty for a server that speaks in the clear */
    ScriptedServer(long eachMillis, String key, Optional<SslContext> identity) throws IOException {
        authorization = key.isEmpty() ? "" : "Bearer " + key;
        eachNanos = TimeUnit.MILLISECONDS.toNanos(eachMillis);
        MethodDescriptor<GenerateRequest, GenerateEvent> generate =
                MethodDescriptor.<GenerateRequest, GenerateEvent>newBuilder()
                        .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                        .setFullMethodName("glimpse.v1.Glimpse/Generate")
                        .setRequestMarshaller(ProtoUtils.marshaller(GenerateRequest.getDefaultInstance()))
                        .setResponseMarshaller(ProtoUtils.marshaller(GenerateEvent.getDefaultInstance()))
                        .build();
        NettyServerBuilder builder =
                NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        identity.ifPresent(builder::sslContext);
        server = builder.executor(device)
                .maxConcurrentCallsPerConnection(MOST_STREAMS)
                .addService(ServerServiceDefinition.builder("glimpse.v1.Glimpse")
                        .addMethod(generate, (call, headers) -> {
                            connections.add(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
                            if (!authorization.isEmpty() && !authorization.equals(headers.get(AUTHORIZATION))) {
                                call.close(Status.UNAUTHENTICATED.withDescription("no key"), new Metadata());
                                return new ServerCall.Listener<>() {};
                            }
                            call.request(1);
                            return new Answering(call);
                        })
                        .build())
                .build()
                .start();
    }

    Target target() {
        return new Target("scripted", "127.0.0.1", server.getPort());
    }

    /** How many connections requests came over. */
    int connections() {
        return connections.size();
    }

    /** What each request gave, in their order. */
    List<Long> seeds() {
        return requests().stream().map(GenerateRequest::getSeed).toList();
    }

    /** Requests in the order in which they came. */
    List<GenerateRequest> requests() {
        return List.copyOf(requests);
    }

    /** How many requests were under way at once, at most. */
    int mostAtOnce() {
        return mostHeld.get();
    }

    /** How many steps each request asked for, by its seed. */
    SortedMap<Long, Integer> steps() {
        return steps;
    }

    /** From now on requests don't wait for each other, and each takes as much longer as it has steps. */
    void parallel() {
        parallel = true;
    }

    /** From now on it says of pictures that were asked for before that it had them. */
    void caches() {
        caches = true;
    }

    /** From now on it says that it takes fewer steps. */
    void shortens() {
        shortens = true;
    }

    /** From now on requests are refused while so many are under way. */
    void holdsAtMost(int requests) {
        most = requests;
    }

    private static String token(int steps) {
        return "token " + steps;
    }

    private final class Answering extends ServerCall.Listener<GenerateRequest> {
        private final ServerCall<GenerateRequest, GenerateEvent> call;

        Answering(ServerCall<GenerateRequest, GenerateEvent> call) {
            this.call = call;
        }

        @Override
        public void onMessage(GenerateRequest request) {
            requests.add(request);
            steps.put(request.getSeed(), request.getSteps());
            if (request.getSteps() == REFUSED || held.get() >= most) {
                call.close(Status.RESOURCE_EXHAUSTED.withDescription("full"), new Metadata());
                return;
            }
            if (request.getResumeToken().equals(token(LOST))) {
                call.close(Status.UNAVAILABLE.withDescription("draining"), new Metadata());
                return;
            }
            if (request.getResumeToken().equals(token(BUSY)) && busy.getAndSet(false)) {
                call.close(Status.RESOURCE_EXHAUSTED.withDescription("full"), ServerEvents.retryAfter(BUSY_FOR));
                return;
            }
            mostHeld.accumulateAndGet(held.incrementAndGet(), Math::max);
            call.sendHeaders(new Metadata());
            call.sendMessage(GenerateEvent.newBuilder()
                    .setAccepted(Accepted.newBuilder().setCached(made(request)).setShortened(shortens))
                    .build());
            long now = System.nanoTime();
            freeAtNanos = parallel ? now + request.getSteps() * eachNanos : Math.max(now, freeAtNanos) + eachNanos;
            int steps = request.getResumeToken().isEmpty() ? request.getSteps() : 1;
            int count = Math.max(1, request.getCount());
            var unused = device.schedule(() -> finish(steps, count), freeAtNanos - now, TimeUnit.NANOSECONDS);
        }

        /** Whether somebody has asked for the picture before. */
        private boolean made(GenerateRequest request) {
            return caches && seeds().indexOf(request.getSeed()) < seeds().lastIndexOf(request.getSeed());
        }

        private void finish(int steps, int count) {
            held.decrementAndGet();
            if (call.isCancelled()) {
                return;
            }
            if (steps == BROKEN) {
                call.close(Status.UNAVAILABLE.withDescription("gone"), new Metadata());
                return;
            }
            if (steps == CUT || steps == LOST || steps == BUSY) {
                call.sendMessage(ServerEvents.picture(0, 1, false, token(steps)));
                call.close(Status.UNAVAILABLE.withDescription("draining"), new Metadata());
                return;
            }
            for (int step = 1; step <= steps; step++) {
                for (int sample = 0; sample < count; sample++) {
                    call.sendMessage(ServerEvents.picture(sample, step, step == steps, ""));
                }
            }
            call.sendMessage(GenerateEvent.newBuilder()
                    .setFinished(Finished.newBuilder().setNfe(steps * count))
                    .build());
            call.close(Status.OK, new Metadata());
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        device.shutdownNow();
    }
}
