package dev.glimpse.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.OpenSession;
import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.GenerationSession;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.PlanRequest;
import dev.glimpse.generation.PreviewKind;
import dev.glimpse.generation.Quality;
import dev.glimpse.generation.ResumeRequest;
import dev.glimpse.generation.Submission;
import dev.glimpse.image.ImageFormat;
import dev.glimpse.scheduler.Rank;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a door does reaches the core through what watches it. */
class ObservedGeneratorTest {
    private static final ResumeRequest TOKEN = new ResumeRequest("token", Optional.empty());
    private final ScriptedGenerator core = new ScriptedGenerator();
    private final Observability observability = new Observability(new ObservabilitySettings(
            "test", new ObservabilitySettings.Traces(Optional.empty(), 1), 0.95, Duration.ofMinutes(2)));
    private final Generator door = observability.door("grpc", "lab", Rank.BACKGROUND, core);

    @AfterEach
    void close() {
        observability.close();
    }

    @Test
    void aStreamThatIsPausedWaitsUntilItIsLetGoOn() throws Exception {
        GenerationStream stream = admitted(door.resume(TOKEN));
        ScriptedStream watched = core.stream();

        stream.pause();
        assertThat(watched.pauses()).isEqualTo(1);
        assertThat(stream.proceed().result()).isEmpty();
        assertThat(watched.pauses()).isZero();
    }

    @Test
    void aStreamThatIsCancelledIsGivenUpAndCounted() throws Exception {
        admitted(door.resume(TOKEN)).cancel();

        assertThat(core.stream().cancelled()).isCompleted();
        assertThat(observability.scrape())
                .contains("glimpse_open_streams{door=\"grpc\"} 0.0")
                .contains(ended("cancelled", 1));
    }

    @Test
    void aSessionThatIsClosedIsClosedInTheCore() throws Exception {
        GenerationSession session = door.session();
        OpenSession watched = core.opened();
        assertThat(watched.closed()).isNotDone();

        session.close();

        assertThat(watched.closed()).isCompleted();
    }

    @Test
    void aRequestThatTheServerFailsToAnswerHasEndedInAnError() {
        core.answer(request -> Future.failedFuture("a bug"));

        assertThat(door.submit(request()).failed()).isTrue();
        assertThat(door.session().submit(request()).failed()).isTrue();

        assertThat(observability.scrape()).contains(ended("error", 2));
    }

    private static String ended(String outcome, int requests) {
        return "glimpse_requests_total{door=\"grpc\",outcome=\"" + outcome + "\",rank=\"background\"} " + requests
                + ".0";
    }

    private static GenerationStream admitted(Future<Submission> submission) {
        return ((Submission.Admitted) submission.result()).stream();
    }

    private static GenerationRequest request() {
        return new GenerationRequest(
                "",
                "",
                OptionalLong.of(5),
                1,
                Optional.empty(),
                PlanRequest.of(Optional.empty(), OptionalDouble.empty(), 4),
                PreviewKind.EXACT,
                ImageFormat.PNG,
                Optional.empty(),
                Quality.FIXED,
                true);
    }
}
