package dev.glimpse.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.testing.Program;
import dev.glimpse.testing.RawHttp2;
import dev.glimpse.testing.RawHttp2.Frame;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.PreviewKind;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SIGTERM does to connections, as they carry it. */
class DrainIT {
    private static final int INITIAL_WINDOW_SIZE = 4;
    /** So much that no answer here ever waits for more. */
    private static final int WINDOW = 1 << 24;

    private static final int STEPS = 64;
    private static final byte[] LONG = GenerateRequest.newBuilder()
            .setSeed(1)
            .setClassIndex(1)
            .setSteps(STEPS)
            .setPreview(PreviewKind.PREVIEW_KIND_FREE)
            .build()
            .toByteArray();

    @TempDir
    private Path directory;

    @Test
    void aConnectionIsToldToGoAwayAndItsStreamGoesOnToItsEnd() throws Exception {
        Drained drained = untilTheEnd("60s");

        List<Frame> frames = drained.frames;
        int goAway = index(frames, RawHttp2.GOAWAY);
        assertThat(goAway).isPositive();
        // The stream is among those that the server still answers.
        assertThat(ByteBuffer.wrap(frames.get(goAway).payload()).getInt()).isPositive();
        assertThat(frames.subList(goAway, frames.size())).anyMatch(frame -> frame.type() == RawHttp2.DATA);
        assertThat(frames).noneMatch(frame -> frame.type() == RawHttp2.RST_STREAM);
        assertThat(last(frames).type()).isEqualTo(RawHttp2.HEADERS);
        assertThat(drained.status).isZero();
        assertThat(drained.lastStep()).isEqualTo(STEPS);
    }

    @Test
    void aStreamThatOutlivesTheGraceEndsWithTrailersAndNoReset() throws Exception {
        Drained drained = untilTheEnd("100ms");

        List<Frame> frames = drained.frames;
        assertThat(index(frames, RawHttp2.GOAWAY)).isNotNegative();
        assertThat(frames).noneMatch(frame -> frame.type() == RawHttp2.RST_STREAM);
        assertThat(last(frames).type()).isEqualTo(RawHttp2.HEADERS);
        assertThat(drained.status).isEqualTo(Code.UNAVAILABLE.value());
        assertThat(drained.lastStep()).isLessThan(STEPS);
    }

    /** What came until the server ended: each frame, and of the call its messages and its status. */
    private record Drained(List<Frame> frames, List<GenerateEvent> events, int status) {
        int lastStep() {
            return events.stream()
                    .mapToInt(event -> event.getStep().getStep())
                    .max()
                    .orElseThrow();
        }
    }

    /** A long stream in the middle of which the server is asked to end. */
    private Drained untilTheEnd(String grace) throws IOException, InterruptedException {
        List<Frame> frames = new ArrayList<>();
        try (Program server = Program.server(directory, "--set", "server.shutdown-grace=" + grace);
                RawHttp2 connection = new RawHttp2(server.port(), INITIAL_WINDOW_SIZE, WINDOW)) {
            connection.credit(0, WINDOW);
            byte[] message = ByteBuffer.allocate(5 + LONG.length)
                    .putInt(1, LONG.length)
                    .put(5, LONG)
                    .array();
            int call = connection.call("/glimpse.v1.Glimpse/Generate", message);
            boolean asked = false;
            while (frames.isEmpty()
                    || (last(frames).flags() & RawHttp2.END_STREAM) == 0
                    || last(frames).stream() != call) {
                frames.add(connection.next());
                if (!asked && last(frames).type() == RawHttp2.DATA) {
                    server.signal("TERM");
                    asked = true;
                }
            }
            assertThat(server.status()).isZero();
            RawHttp2.Answer answer = connection.answer(call);
            return new Drained(frames, events(answer), answer.status());
        }
    }

    private static List<GenerateEvent> events(RawHttp2.Answer answer) throws IOException {
        List<GenerateEvent> events = new ArrayList<>();
        for (byte[] message : answer.messages()) {
            events.add(GenerateEvent.parseFrom(message));
        }
        return events;
    }

    private static int index(List<Frame> frames, int type) {
        return frames.stream().map(Frame::type).toList().indexOf(type);
    }

    private static Frame last(List<Frame> frames) {
        return frames.get(frames.size() - 1);
    }
}
