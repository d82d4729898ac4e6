package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.glimpse.generation.Core;
import dev.glimpse.testing.GrpcJava;
import dev.glimpse.testing.RawHttp2;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.PreviewKind;
import glimpse.wire.v1.Step;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Neighbours of streams that nobody reads, beside neighbours of the same streams when somebody does: rounds of both
 * take turns on one server, whose device takes the same time for every forward.
 */
// It measures time.
@Tag("alone")
@Timeout(120)
class SlowReadersTest {
    private static final int ROUNDS = 7;
    private static final int COMPANY = 24;
    private static final int COMPANY_STEPS = 60;
    private static final int COMPANY_SAMPLES = 4;
    private static final int NEIGHBOURS = 10;
    private static final Duration FORWARD = Duration.ofMillis(3);

    /** SETTINGS_INITIAL_WINDOW_SIZE (RFC 9113, section 6.5.2). */
    private static final int INITIAL_WINDOW = 4;

    /** Both are the same forwards, so that anything above 1 is what a busy machine adds; stalls would add far more. */
    private static final double MAX_RATIO = 1.5;

    private static final MethodDescriptor<GenerateRequest, GenerateEvent> GENERATE = GrpcJava.method(
            MethodType.SERVER_STREAMING,
            "glimpse.v1.Glimpse/Generate",
            GenerateRequest.parser(),
            GenerateEvent.parser());

    /** A company of streams under way, until it is closed. */
    private interface Company extends AutoCloseable {
        @Override
        void close() throws Exception;
    }

    @Test
    void streamsThatNobodyReadsChangeNobodysTimesAndNobodysBytes() throws Exception {
        try (Core core = Core.paced(FORWARD);
                DoorServer server = new DoorServer(core.generator());
                GrpcJava client = new GrpcJava(server.port())) {
            List<Long> read = new ArrayList<>();
            List<Long> stalled = new ArrayList<>();
            List<ByteString> alone = pictures(neighbours(client, new ArrayList<>()));
            for (int round = 0; round < ROUNDS; round++) {
                try (Company company = reading(server.port())) {
                    requireAmongOthers(neighbours(client, read), alone);
                }
                try (Company company = stalled(server.port())) {
                    requireAmongOthers(neighbours(client, stalled), alone);
                }
            }
            assertThat(percentile(stalled, 0.5)).isLessThan(MAX_RATIO * percentile(read, 0.5));
            assertThat(percentile(stalled, 0.95)).isLessThan(MAX_RATIO * percentile(read, 0.95));
        }
    }

    private static Company reading(int port) throws Exception {
        GrpcJava client = new GrpcJava(port);
        List<GrpcJava.Call<GenerateRequest, GenerateEvent>> calls = IntStream.range(0, COMPANY)
                .mapToObj(i -> client.ask(GENERATE, request(COMPANY_SAMPLES, COMPANY_STEPS, i), CallOptions.DEFAULT))
                .toList();
        for (GrpcJava.Call<GenerateRequest, GenerateEvent> call : calls) {
            call.first().get();
        }
        return client::close;
    }

    private static Company stalled(int port) throws Exception {
        RawHttp2 client = new RawHttp2(port, INITIAL_WINDOW, 0);
        for (int i = 0; i < COMPANY; i++) {
            client.call(
                    "/glimpse.v1.Glimpse/Generate",
                    WireClient.frame(
                                    false,
                                    request(COMPANY_SAMPLES, COMPANY_STEPS, i).toByteArray())
                            .getBytes());
        }
        client.ping(1);
        return client::close;
    }

    /** Each picture is what it was alone, and was made in a forward with most of the company. */
    private static void requireAmongOthers(List<Step> last, List<ByteString> alone) {
        assertThat(pictures(last)).isEqualTo(alone);
        assertThat(last).allMatch(step -> step.getBatchRows() > COMPANY / 2);
    }

    private static List<ByteString> pictures(List<Step> last) {
        return last.stream().map(Step::getImage).toList();
    }

    /** Last steps of requests that come one after the other; adds the time that each takes, in nanoseconds. */
    private static List<Step> neighbours(GrpcJava client, List<Long> times) throws Exception {
        List<Step> last = new ArrayList<>();
        for (int i = 0; i < NEIGHBOURS; i++) {
            long begin = System.nanoTime();
            List<GenerateEvent> events = client.ask(GENERATE, request(1, 2, 1_000 + i), CallOptions.DEFAULT)
                    .outcome()
                    .messages();
            times.add(System.nanoTime() - begin);
            last.add(events.get(events.size() - 2).getStep());
        }
        return last;
    }

    private static GenerateRequest request(int count, int steps, long seed) {
        return GenerateRequest.newBuilder()
                .setClassIndex(1)
                .setCount(count)
                .setSteps(steps)
                .setSeed(seed)
                .setPreview(PreviewKind.PREVIEW_KIND_FREE)
                .setImageFormat(ImageFormat.IMAGE_FORMAT_RAW_F32)
                .build();
    }

    private static double percentile(List<Long> times, double share) {
        List<Long> sorted = times.stream().sorted().toList();
        return sorted.get((int) (share * (sorted.size() - 1)));
    }
}
