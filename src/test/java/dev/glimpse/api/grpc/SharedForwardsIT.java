package dev.glimpse.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.glimpse.testing.Program;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.ImageFormat;
import glimpse.wire.v1.Step;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real streams of the built-in model: steps of different requests share forwards, and nobody's picture shows it. */
// A short stream has to begin while a long one runs.
@Tag("alone")
class SharedForwardsIT {
    private static final int LONG_STEPS = 64;
    private static final int SHORT_STEPS = 4;
    /** Rows that one request of one sample can fill: its step and its preview. */
    private static final int ROWS_ALONE = 2;

    private static Program oneWorker;
    private static Program twoWorkers;

    @BeforeAll
    static void startServers(@TempDir Path directory) throws Exception {
        oneWorker = Program.server(directory, "--workers", "1");
        twoWorkers = Program.server(directory, "--workers", "2");
    }

    @AfterAll
    static void stopServers() {
        oneWorker.close();
        twoWorkers.close();
    }

    @Test
    void streamsOfDifferentLengthShareForwards() throws Exception {
        Company company = inCompany();

        assertThat(company.shortStream).extracting(Step::getBatchRows).anyMatch(rows -> rows > ROWS_ALONE);
        assertThat(company.longStream).extracting(Step::getBatchRows).anyMatch(rows -> rows > ROWS_ALONE);
    }

    @Test
    void streamsBytesAreEqualAloneAndInCompanyAndOnAnyNumberOfWorkers() throws Exception {
        List<Step> alone = steps(oneWorker, request(SHORT_STEPS, 11));
        List<Step> onTwo = steps(twoWorkers, request(SHORT_STEPS, 11));
        List<Step> inCompany = inCompany().shortStream;

        assertThat(alone).extracting(Step::getBatchRows).allMatch(rows -> rows <= ROWS_ALONE);
        assertThat(last(alone).getImage().size()).isEqualTo(28 * 28 * Float.BYTES);
        assertSameFrames(inCompany, alone);
        assertSameFrames(onTwo, alone);
    }

    /**
     * A frame may be missing, when the reader was late for it; one that is there is the same, and the last is there.
     */
    private static void assertSameFrames(List<Step> frames, List<Step> expected) {
        Map<Integer, ByteString> images = expected.stream().collect(Collectors.toMap(Step::getStep, Step::getImage));
        assertThat(last(frames).getImage()).isEqualTo(last(expected).getImage());
        for (Step frame : frames) {
            assertThat(images.getOrDefault(frame.getStep(), frame.getImage())).isEqualTo(frame.getImage());
        }
    }

    private static Step last(List<Step> frames) {
        Step last = frames.get(frames.size() - 1);
        assertThat(last.getLast()).isTrue();
        return last;
    }

    /** Frames of a long and a short stream on one connection each, the short one begun while the long one runs. */
    private record Company(List<Step> longStream, List<Step> shortStream) {}

    private static Company inCompany() throws Exception {
        try (WireClient first = new WireClient(oneWorker.port());
                WireClient second = new WireClient(oneWorker.port())) {
            CompletableFuture<Void> running = new CompletableFuture<>();
            CompletableFuture<List<GenerateEvent>> longStream =
                    first.generate(request(LONG_STEPS, 5), event -> running.complete(null));
            running.get(60, TimeUnit.SECONDS);
            List<Step> shortStream =
                    steps(second.generate(request(SHORT_STEPS, 11)).messages());
            return new Company(steps(longStream.get(60, TimeUnit.SECONDS)), shortStream);
        }
    }

    private static List<Step> steps(Program server, GenerateRequest request) throws Exception {
        try (WireClient client = new WireClient(server.port())) {
            return steps(client.generate(request).messages());
        }
    }

    private static List<Step> steps(List<GenerateEvent> events) {
        assertThat(events.get(events.size() - 1).hasFinished()).isTrue();
        return events.stream()
                .filter(GenerateEvent::hasStep)
                .map(GenerateEvent::getStep)
                .toList();
    }

    private static GenerateRequest request(int steps, long seed) {
        return GenerateRequest.newBuilder()
                .setClassName("Sneaker")
                .setSteps(steps)
                .setSeed(seed)
                .setImageFormat(ImageFormat.IMAGE_FORMAT_RAW_F32)
                .build();
    }
}
