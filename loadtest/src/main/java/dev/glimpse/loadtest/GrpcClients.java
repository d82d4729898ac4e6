package dev.glimpse.loadtest;

import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.PreviewKind;
import glimpse.wire.v1.Quality;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.protobuf.ProtoUtils;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The clients of one server, over gRPC's own library, which shares no code with the server's.
 *
 * <p>Everything that happens to calls happens on one thread, whose delays count as the server's: times run from when a
 * request was due.
 */
public final class GrpcClients implements AutoCloseable {
    private static final long SLOW_READ_MILLIS = 1000;

    /** Time for a proxy to hear that a server drains. */
    private static final long RESUME_PAUSE_MILLIS = 100;

    private static final int SOCKETS_OF_LEAVING = 4;
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final MethodDescriptor<GenerateRequest, GenerateEvent> GENERATE =
            MethodDescriptor.<GenerateRequest, GenerateEvent>newBuilder()
                    .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                    .setFullMethodName("glimpse.v1.Glimpse/Generate")
                    .setRequestMarshaller(ProtoUtils.marshaller(GenerateRequest.getDefaultInstance()))
                    .setResponseMarshaller(ProtoUtils.marshaller(GenerateEvent.getDefaultInstance()))
                    .build();

    private final Terms terms;
    private final long resumePauseMillis;
    private final ScheduledExecutorService thread;
    private final Channels channels;

    /**
     * What all clients have in common.
     *
     * @param connections that requests take turns on, and as many for those who read slowly; more are opened where
     *     those have no room
     * @param timeoutMillis how long a client waits that says nothing else
     * @param keys API key of each tenant; that of the empty name is for all others
     * @param seed what arrivals and habits follow from
     * @param pictures what pictures follow from, another one for each run, as a server may keep those that it has made
     * @param scenario whose shares clients have, and whether those of the same instant ask for the same picture
     */
    public record Terms(
            int connections,
            long timeoutMillis,
            Map<String, String> keys,
            long seed,
            long pictures,
            Scenario scenario) {
        public Terms {
            Arrival.require(connections >= 1, "connections", connections, "at least 1");
            Arrival.require(timeoutMillis >= 1, "timeout", timeoutMillis, "at least 1");
            keys = Map.copyOf(keys);
        }

        /** What a tenant's requests say in place of a password; empty where nobody gave a key. */
        Optional<String> authorization(String tenant) {
            return Optional.ofNullable(keys.getOrDefault(tenant, keys.get(""))).map(key -> "Bearer " + key);
        }

        /** Whether requests of the same instant ask for the same picture. */
        boolean shared() {
            return scenario.traffic() == Scenario.Traffic.VIEWERS;
        }

        /** The seed of a request's picture, from its place in the run. */
        long pictureSeed(Arrival arrival, int index) {
            return Draws.hash(pictures, shared() ? arrival.atMicros() : index);
        }

        /** The same for one of several runs, whose pictures nobody else asks for. */
        Terms run(int number) {
            return new Terms(connections, timeoutMillis, keys, seed, Draws.hash(pictures, number), scenario);
        }

        /** Whether a client takes nothing more at all, if it is one that does not read as fast as it can. */
        boolean stops(int index) {
            return new Draws(Draws.hash(seed, index)).uniform()
                    < scenario.clients().stoppedOfSlow();
        }
    }

    public GrpcClients(Target target, Terms terms) {
        this(target, terms, RESUME_PAUSE_MILLIS);
    }

    /** @param resumePauseMillis from the end of a stream that a server cut to the next */
    GrpcClients(Target target, Terms terms, long resumePauseMillis) {
        this.terms = terms;
        this.resumePauseMillis = resumePauseMillis;
        thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "clients");
            made.setDaemon(true);
            return made;
        });
        channels = new Channels(target, terms.connections(), thread);
    }

    /**
     * Sends one request.
     *
     * @param index which one of the run, from which its picture and its client's habits follow
     * @param dueNanos when it is due by the monotonic clock, not later than now
     * @return its answer, which never fails
     */
    CompletableFuture<Answer> send(Arrival arrival, int index, long dueNanos) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        thread.execute(() -> start(arrival, index, dueNanos, answer));
        return answer;
    }

    /** Whether a client that does not read as fast as it can takes nothing more at all. */
    boolean stops(int index) {
        return terms.stops(index);
    }

    private void start(Arrival arrival, int index, long dueNanos, CompletableFuture<Answer> answer) {
        boolean ownSocket = arrival.leavesMicros() > 0
                && Math.floorMod(Draws.hash(terms.seed(), index), (long) SOCKETS_OF_LEAVING) == 0;
        Optional<Channels.Connection> own = ownSocket ? Optional.of(channels.own()) : Optional.empty();
        long timeoutMicros = arrival.deadlineMicros() > 0
                ? arrival.deadlineMicros()
                : TimeUnit.MILLISECONDS.toMicros(terms.timeoutMillis());
        long endNanos = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(timeoutMicros);
        Supplier<Channels.Connection> connections = () -> own.orElseGet(() -> channels.turn(index, arrival.reads()));
        Stream stream = new Stream(arrival, terms.stops(index), connections, endNanos);
        GrpcCall listener = new GrpcCall(arrival, dueNanos, stream::resume, answer);
        stream.begin(listener, request(arrival, index));
        if (arrival.leavesMicros() > 0) {
            after(arrival.leavesMicros(), () -> {
                listener.leave();
                own.ifPresentOrElse(channels::close, stream::cancel);
            });
        }
    }

    /** The streams of one request, one after the other. */
    private final class Stream {
        private final Arrival arrival;
        private final boolean stops;
        private final Supplier<Channels.Connection> connections;
        private final long endNanos;
        private ClientCall<GenerateRequest, GenerateEvent> call;

        /** @param connections one with room for each stream */
        Stream(Arrival arrival, boolean stops, Supplier<Channels.Connection> connections, long endNanos) {
            this.arrival = arrival;
            this.stops = stops;
            this.connections = connections;
            this.endNanos = endNanos;
        }

        void begin(GrpcCall listener, GenerateRequest request) {
            long left = Math.max(1, endNanos - System.nanoTime());
            Channels.Connection connection = connections.get();
            call = connection
                    .channel()
                    .newCall(GENERATE, CallOptions.DEFAULT.withDeadlineAfter(left, TimeUnit.NANOSECONDS));
            call.start(connection.counted(listener), headers(arrival));
            call.request(1);
            call.sendMessage(request);
            call.halfClose();
            listener.began(reading(arrival, stops, call));
        }

        boolean resume(GrpcCall listener, String token, Duration notBefore) {
            long pauseMicros = TimeUnit.MILLISECONDS.toMicros(Math.max(resumePauseMillis, notBefore.toMillis()));
            if (endNanos - System.nanoTime() < TimeUnit.MICROSECONDS.toNanos(pauseMicros)) {
                return false;
            }
            after(pauseMicros, () -> {
                if (!listener.hasLeft()) {
                    begin(
                            listener,
                            GenerateRequest.newBuilder().setResumeToken(token).build());
                }
            });
            return true;
        }

        void cancel() {
            call.cancel("left", null);
        }
    }

    /** What to do after a message: ask for the next at once, a second later, or never more. */
    private Runnable reading(Arrival arrival, boolean stops, ClientCall<?, ?> call) {
        if (arrival.reads()) {
            return () -> call.request(1);
        }
        if (stops) {
            return () -> {};
        }
        return () -> after(TimeUnit.MILLISECONDS.toMicros(SLOW_READ_MILLIS), () -> call.request(1));
    }

    private void after(long micros, Runnable what) {
        // What becomes of the call is told to its listener; the timer itself has nothing to say.
        var unused = thread.schedule(what, micros, TimeUnit.MICROSECONDS);
    }

    private Metadata headers(Arrival arrival) {
        Metadata headers = new Metadata();
        terms.authorization(arrival.tenant()).ifPresent(value -> headers.put(AUTHORIZATION, value));
        return headers;
    }

    private GenerateRequest request(Arrival arrival, int index) {
        PreviewKind preview = switch (arrival.preview()) {
            case EXACT -> PreviewKind.PREVIEW_KIND_EXACT;
            case FREE -> PreviewKind.PREVIEW_KIND_FREE;
            case NONE -> PreviewKind.PREVIEW_KIND_NONE;
        };
        return GenerateRequest.newBuilder()
                .setSeed(terms.pictureSeed(arrival, index))
                .setSteps(arrival.steps())
                .setCount(arrival.samples())
                .setPreview(preview)
                .setQuality(arrival.flexible() ? Quality.QUALITY_FLEXIBLE : Quality.QUALITY_FIXED)
                .build();
    }

    /** Closes all connections; what still runs on them ends. */
    @Override
    public void close() {
        thread.execute(channels::closeAll);
        thread.shutdown();
    }
}
