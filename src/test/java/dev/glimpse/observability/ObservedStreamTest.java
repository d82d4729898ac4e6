package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.scheduler.Rank;
import io.opentelemetry.api.trace.TracerProvider;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a stream of ten seconds that its client pauses and lets go on. */
class ObservedStreamTest {
    private static final Failure FULL = new Failure.Overloaded(Duration.ofSeconds(1));

    private final AtomicLong now = new AtomicLong();
    private final Meters meters = new Meters();
    private final ScriptedStream core = new ScriptedStream(accepted());
    private ObservedStream stream;

    @BeforeEach
    void openStream() {
        RequestMeter requests = new RequestMeter(meters, new DoorTimes());
        requests.door("grpc");
        RequestWatch watch = new RequestWatch(
                new Visitor("grpc", "lab", Rank.INTERACTIVE),
                new RequestWatch.Aim(Duration.ofSeconds(10), true),
                requests,
                new RequestSpans(TracerProvider.noop().get("none"), false),
                now::get);
        watch.admitted(core.accepted());
        stream = new ObservedStream(core, watch, Runnable::run);
    }

    @AfterEach
    void closeMeters() {
        meters.close();
    }

    @Test
    void theTimeOfOneThatIsPausedIsItsClientsOwn() {
        stream.pause();

        assertEnds("cancelled");
    }

    @Test
    void theTimeOfOneThatGoesOnIsTheServers() {
        stream.pause();
        stream.proceed();

        assertEnds("deadline");
    }

    @Test
    void oneThatCannotGoOnStaysPaused() {
        core.answerProceeding(Future.succeededFuture(Optional.of(FULL)));
        stream.pause();
        assertThat(stream.proceed().result()).isPresent();

        assertEnds("cancelled");
    }

    /** As when a client asks twice and there is room by the second time. */
    @Test
    void oneThatGoesOnByALaterOrderIsNotPaused() {
        Promise<Optional<Failure>> first = Promise.promise();
        stream.pause();
        core.answerProceeding(first.future());
        stream.proceed();
        core.answerProceeding(Future.succeededFuture(Optional.empty()));
        stream.proceed();
        first.complete(Optional.of(FULL));

        assertEnds("deadline");
    }

    /** Given up by its door once its time is over. */
    private void assertEnds(String outcome) {
        now.addAndGet(Duration.ofSeconds(11).toNanos());
        stream.cancel();
        assertThat(meters.scrape())
                .contains("glimpse_requests_total{door=\"grpc\",outcome=\"" + outcome + "\",rank=\"interactive\"} 1.0");
    }

    private static GenerationEvent.Accepted accepted() {
        return new GenerationEvent.Accepted(
                "r-1",
                ScriptedGenerator.MODEL,
                1,
                1,
                List.of(),
                ScriptedGenerator.plan(4),
                PreviewKind.EXACT,
                new GenerationEvent.Terms(ImageFormat.PNG, 0, Quality.FIXED, false, true, false, ""));
    }
}
