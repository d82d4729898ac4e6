package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.scheduler.Rank;
import io.opentelemetry.api.trace.TracerProvider;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a request between its arrival and its end. */
class RequestWatchTest {
    private final AtomicLong now = new AtomicLong();
    private final Meters meters = new Meters();
    private final RequestMeter requests = new RequestMeter(meters, new DoorTimes());

    @BeforeEach
    void openDoor() {
        requests.door("grpc");
    }

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    @Test
    void aPictureIsOutboundUntilItsDoorAsksForTheNext() {
        RequestWatch watch = watch(Duration.ofMinutes(1), true);

        watch.asked();
        watch.taken(picture(new byte[700]));
        assertThat(meters.scrape()).contains("glimpse_outbound_buffer_bytes{door=\"grpc\"} 700.0");
        watch.asked();
        assertThat(meters.scrape()).contains("glimpse_outbound_buffer_bytes{door=\"grpc\"} 0.0");
        watch.taken(picture(new byte[300]));
        watch.cancelled();
        assertThat(meters.scrape()).contains("glimpse_outbound_buffer_bytes{door=\"grpc\"} 0.0");
    }

    @Test
    void onlyRequestsForPreviewsHaveAFirstOne() {
        RequestWatch batch = watch(Duration.ofMinutes(1), true);
        batch.admitted(accepted(PreviewKind.NONE));
        batch.taken(picture(new byte[700]));
        RequestWatch encode = watch(Duration.ofMinutes(1), false);
        encode.admitted(accepted(PreviewKind.STATE));
        encode.taken(picture(new byte[0]));

        assertThat(meters.scrape())
                .contains("glimpse_time_to_first_preview_seconds_count{rank=\"interactive\"} 0\n")
                .contains("glimpse_time_to_first_preview_seconds_count{rank=\"standard\"} 0\n")
                .contains("glimpse_preview_frames_total{disposition=\"sent\"} 0.0");

        RequestWatch shown = watch(Duration.ofMinutes(1), true);
        shown.admitted(accepted(PreviewKind.FREE));
        shown.taken(picture(new byte[700]));
        shown.taken(picture(new byte[700]));

        assertThat(meters.scrape())
                .contains("glimpse_time_to_first_preview_seconds_count{rank=\"interactive\"} 1\n")
                .contains("glimpse_time_to_first_preview_seconds_count{rank=\"standard\"} 0\n")
                .contains("glimpse_preview_frames_total{disposition=\"sent\"} 2.0");
    }

    @Test
    void whatIsCancelledWhenItsTimeIsOverHasMetItsDeadline() {
        watch(Duration.ZERO, true).cancelled();
        watch(Duration.ofMinutes(1), true).cancelled();

        assertThat(meters.scrape())
                .contains("glimpse_requests_total{door=\"grpc\",outcome=\"deadline\",rank=\"interactive\"} 1.0")
                .contains("glimpse_requests_total{door=\"grpc\",outcome=\"cancelled\",rank=\"interactive\"} 1.0");
    }

    @Test
    void whatItsClientHasPausedWhenItsTimeIsOverHasMetNoDeadline() {
        inSeconds(1, RequestWatch::paused, 10, RequestWatch::cancelled);
        inSeconds(1, RequestWatch::paused, 8, RequestWatchTest::late);
        RequestWatch takenLate = inSeconds(1, RequestWatch::paused, 11, RequestWatch::proceeded);
        late(takenLate);

        assertThat(meters.scrape())
                .contains("glimpse_requests_total{door=\"grpc\",outcome=\"cancelled\",rank=\"interactive\"} 3.0")
                .contains("glimpse_requests_total{door=\"grpc\",outcome=\"deadline\",rank=\"interactive\"} 0.0");
    }

    @Test
    void whatWasAtWorkWhenItsTimeWasOverHasMetItsDeadlineWhateverItsClientDoes() {
        RequestWatch goneOn = inSeconds(1, RequestWatch::paused, 2, RequestWatch::proceeded);
        now.addAndGet(8_000_000_000L);
        late(goneOn);
        inSeconds(11, RequestWatch::paused, 12, RequestWatchTest::late);
        RequestWatch broken = inSeconds(1, RequestWatch::paused, 2, RequestWatch::paused);
        broken.taken(new GenerationEvent.Failed(new Failure.Internal("r-1")));

        assertThat(meters.scrape())
                .contains("glimpse_requests_total{door=\"grpc\",outcome=\"deadline\",rank=\"interactive\"} 2.0")
                .contains("glimpse_requests_total{door=\"grpc\",outcome=\"error\",rank=\"interactive\"} 1.0")
                .contains("glimpse_requests_total{door=\"grpc\",outcome=\"cancelled\",rank=\"interactive\"} 0.0");
    }

    /** A request of ten seconds that two things happen to, so many seconds behind its arrival. */
    private RequestWatch inSeconds(int one, Consumer<RequestWatch> first, int other, Consumer<RequestWatch> second) {
        RequestWatch watch = watch(Duration.ofSeconds(10), true);
        now.addAndGet(Duration.ofSeconds(one).toNanos());
        first.accept(watch);
        now.addAndGet(Duration.ofSeconds(other - one).toNanos());
        second.accept(watch);
        return watch;
    }

    private static void late(RequestWatch watch) {
        watch.taken(new GenerationEvent.Failed(new Failure.DeadlineExceeded()));
    }

    @Test
    void theFirstPictureIsNoLaterForThePausesBeforeIt() {
        RequestWatch watch = watch(Duration.ofMinutes(1), true);
        watch.admitted(accepted(PreviewKind.EXACT));
        now.addAndGet(100_000_000);
        for (int pause = 0; pause < 2; pause++) {
            watch.paused();
            now.addAndGet(10_000_000_000L);
            // Told again, as when there was no room to go on.
            watch.paused();
            now.addAndGet(10_000_000_000L);
            watch.proceeded();
            now.addAndGet(200_000_000);
        }
        watch.taken(picture(new byte[700]));

        assertThat(meters.scrape()).contains("glimpse_time_to_first_preview_seconds_sum{rank=\"interactive\"} 0.5\n");
    }

    private RequestWatch watch(Duration longest, boolean pictures) {
        return new RequestWatch(
                new Visitor("grpc", "lab", Rank.INTERACTIVE),
                new RequestWatch.Aim(longest, pictures),
                requests,
                new RequestSpans(TracerProvider.noop().get("none"), false),
                now::get);
    }

    private static GenerationEvent.Accepted accepted(PreviewKind preview) {
        return new GenerationEvent.Accepted(
                "r-1",
                ScriptedGenerator.MODEL,
                1,
                1,
                List.of(),
                ScriptedGenerator.plan(4),
                preview,
                new GenerationEvent.Terms(ImageFormat.PNG, 0, Quality.FIXED, false, true, false, ""));
    }

    private static GenerationEvent.Stepped picture(byte[] image) {
        return new GenerationEvent.Stepped(
                0, 1, false, false, 80, 0.002, 1, 4, 1_000_000, 1_000_000, PreviewKind.EXACT, image, "");
    }
}
