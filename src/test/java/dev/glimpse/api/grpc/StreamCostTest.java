package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.GrpcJava;
import dev.glimpse.testing.RawHttp2;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status.Code;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a streamed frame and an open stream cost, beside gRPC's own server with the same frames in the same run.
 *
 * <p>A smaller size runs with the other tests; {@code mvn test -Dtest=StreamCostTest -Dglimpse.cost=full} measures in
 * full size. The results stand in {@code target/stream-cost.txt}.
 */
// It measures time and memory.
@Tag("alone")
@Timeout(900)
class StreamCostTest {
    private static final Path RESULTS = Path.of("target", "stream-cost.txt");
    private static final boolean FULL = "full".equals(System.getProperty("glimpse.cost"));
    private static final int ROUNDS = FULL ? 21 : 5;
    private static final int STREAMS = 50;
    private static final int TICKS = FULL ? 400 : 150;
    private static final int BURST = FULL ? 2_000 : 1_000;
    private static final int PICTURE = 4_000;

    /** As many bytes as the floats of a picture of 64 x 64 in colour. */
    private static final int LARGE = 64 * 64 * 3 * Float.BYTES;

    private static final int STALLED = FULL ? 1_000 : 100;
    private static final int IDLE = FULL ? 10_000 : 1_000;
    private static final int PER_CONNECTION = 100;
    private static final int INITIAL_WINDOW_SIZE = 4;
    /** Of a stream: so little that what its client keeps does not count. */
    private static final int WINDOW = 512;
    /** Of a connection: so much that no stream waits for another. */
    private static final int ROOM = 1 << 24;

    private static final long MAX_STALLED_BYTES = 256 * 1024;
    private static final long MAX_IDLE_BYTES = 64 * 1024;

    /** Short runs on a busy machine measure the compiler as well, and show up to 1.6; long ones up to 1.06. */
    private static final double MAX_RATIO = FULL ? 1.15 : 2;

    private static final MethodDescriptor<GenerateRequest, GenerateEvent> GENERATE = GrpcJava.method(
            MethodType.SERVER_STREAMING,
            "glimpse.v1.Glimpse/Generate",
            GenerateRequest.parser(),
            GenerateEvent.parser());
    private static final GenerateRequest REQUEST =
            GenerateRequest.newBuilder().setSteps(1).build();

    /** As when a device has finished a step of all of them. */
    @Test
    void framesThatComeTogetherCostNoMoreThanWithGrpcsOwnServer() throws Exception {
        comparePaced("together", STREAMS);
    }

    /** As when each is encoded by itself: the event loop wakes for every one. */
    @Test
    void framesThatComeOneByOneCostNoMoreThanWithGrpcsOwnServer() throws Exception {
        comparePaced("one by one", 1);
    }

    private static void comparePaced(String name, int atOnce) throws Exception {
        Fountain fountain = new Fountain(TICKS, PICTURE, true);
        try (DoorServer own = new DoorServer(fountain);
                PeerServer peer = new PeerServer(GENERATE, TICKS, PICTURE, true)) {
            compare(
                    name,
                    STREAMS * TICKS,
                    () -> play(own.port(), fountain, atOnce),
                    () -> play(peer.port(), peer, atOnce));
        }
    }

    @Test
    void aFrameOfAFastStreamCostsNoMoreThanWithGrpcsOwnServer() throws Exception {
        try (DoorServer own = new DoorServer(new Fountain(BURST, PICTURE, false));
                PeerServer peer = new PeerServer(GENERATE, BURST, PICTURE, false)) {
            compare(
                    "burst",
                    8 * BURST,
                    () -> play(own.port(), 8, client -> {}),
                    () -> play(peer.port(), 8, client -> {}));
        }
    }

    @Test
    void aStalledStreamKeepsLittleMemory() throws Exception {
        try (DoorServer own = new DoorServer(new Fountain(1_000, LARGE, false));
                PeerServer peer = new PeerServer(GENERATE, 1_000, LARGE, false)) {
            long ownBytes = perStream(own.port(), WireClient.GENERATE, STALLED, true);
            long peerBytes = perStream(peer.port(), WireClient.GENERATE, STALLED, true);
            report(
                    "stalled",
                    STALLED + " streams of frames of " + LARGE + " bytes: " + ownBytes + " bytes each, peer "
                            + peerBytes);

            assertThat(ownBytes).isLessThan(MAX_STALLED_BYTES);
        }
    }

    @Test
    void anIdleStreamKeepsLittleMemoryAndTheServerAnswers() throws Exception {
        try (DoorServer own = new DoorServer(PlayedGenerator.playing())) {
            long bytes = perStream(own.port(), "/glimpse.v1.Glimpse/Session", IDLE, false);
            report("idle", IDLE + " streams: " + bytes + " bytes each");

            assertThat(bytes).isLessThan(MAX_IDLE_BYTES);
        }
    }

    private interface Round {
        void run() throws Exception;
    }

    /** Lets both take turns, and compares the medians of their event loops' CPU time. */
    private static void compare(String name, int frames, Round own, Round peer) throws Exception {
        long[] ownNanos = new long[ROUNDS];
        long[] peerNanos = new long[ROUNDS];
        // The first rounds of both are the compiler's.
        for (int round = -2; round < ROUNDS; round++) {
            long ownTime = cpu("vert.x-eventloop-thread", own);
            long peerTime = cpu(PeerServer.THREADS, peer);
            if (round >= 0) {
                ownNanos[round] = ownTime / frames;
                peerNanos[round] = peerTime / frames;
            }
        }
        double ratio = (double) median(ownNanos) / median(peerNanos);
        report(
                name,
                median(ownNanos) + " ns of CPU a frame, peer " + median(peerNanos) + " ns, ratio "
                        + Math.round(ratio * 100) / 100.0);
        assertThat(ratio).isLessThan(MAX_RATIO);
    }

    private static void report(String name, String result) throws IOException {
        Files.writeString(RESULTS, name + ": " + result + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static long median(long[] values) {
        return LongStream.of(values).sorted().toArray()[values.length / 2];
    }

    private static long cpu(String threads, Round round) throws Exception {
        long before = cpu(threads);
        round.run();
        return cpu(threads) - before;
    }

    private static long cpu(String threads) {
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        return Arrays.stream(clock.getThreadInfo(clock.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith(threads))
                .mapToLong(thread -> clock.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    /** What gives frames to streams that wait for them. */
    interface Source {
        /** How many wait for a frame. */
        int waiting();

        /** Gives a frame to so many of them, in one turn of their event loop. */
        void tick(int streams);
    }

    /**
     * Plays streams to their end; so many get a frame whenever all of them wait for one that have not had their last.
     * The client has all frames by then, so that the server's event loop rests before each tick, as it does between the
     * steps of a device, and no race decides how often it wakes.
     */
    private static void play(int port, Source source, int atOnce) throws Exception {
        play(port, STREAMS, client -> {
            for (int given = 0; given < STREAMS * TICKS; given += atOnce) {
                int awaited = Math.min(STREAMS, STREAMS * TICKS - given);
                // Each stream has begun with a message that is not a frame.
                while (source.waiting() < awaited || client.received() < STREAMS + given) {
                    Thread.yield();
                }
                source.tick(atOnce);
            }
        });
    }

    private static void play(int port, int streams, Consumer<GrpcJava> ticking) throws Exception {
        try (GrpcJava client = new GrpcJava(port)) {
            List<GrpcJava.Call<GenerateRequest, GenerateEvent>> calls = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                calls.add(client.ask(GENERATE, REQUEST, CallOptions.DEFAULT));
            }
            ticking.accept(client);
            for (GrpcJava.Call<GenerateRequest, GenerateEvent> call : calls) {
                assertThat(call.outcome().status().getCode()).isEqualTo(Code.OK);
            }
        }
    }

    /** Bytes that the server keeps for each of so many streams whose client takes no more than a window of them. */
    private static long perStream(int port, String path, int streams, boolean request) throws Exception {
        byte[] message = WireClient.frame(false, REQUEST.toByteArray()).getBytes();
        List<RawHttp2> clients = new ArrayList<>();
        try {
            for (int i = 0; i < streams / PER_CONNECTION; i++) {
                RawHttp2 client = new RawHttp2(port, INITIAL_WINDOW_SIZE, WINDOW);
                clients.add(client);
                client.credit(0, ROOM);
                client.ping(0);
            }
            long before = retained();
            for (RawHttp2 client : clients) {
                List<Integer> calls = new ArrayList<>();
                for (int i = 0; i < PER_CONNECTION; i++) {
                    calls.add(request ? client.call(path, message) : client.open(path));
                }
                // Each round trip lets the server do what it has at hand.
                for (int turn = 1; turn <= 20; turn++) {
                    client.ping(turn);
                }
                for (int call : calls) {
                    assertThat(client.bytes(call, request ? WINDOW : 0).isOver())
                            .isFalse();
                }
            }
            return (retained() - before) / streams;
        } finally {
            for (RawHttp2 client : clients) {
                client.close();
            }
        }
    }

    private static long retained() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            long direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .mapToLong(BufferPoolMXBean::getMemoryUsed)
                    .sum();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory() + direct);
        }
        return least;
    }
}
