package dev.glimpse.api.oip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationStream;
import dev.glimpse.generation.Submission;
import glimpse.wire.inference.GRPCInferenceServiceGrpcClient;
import glimpse.wire.inference.ModelInferRequest;
import glimpse.wire.inference.ServerLiveRequest;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which streams of the core are stopped when their reader, or what it reads, comes to an early end. */
@Timeout(60)
class InferCancelTest extends InferenceServiceFixture {
    @Test
    void aClientThatCancelsStopsNothingThatHasFinished() throws Exception {
        var exchange = client.exchange(false);
        for (int i = 0; i < 2 * InferenceServer.MAX_REQUESTS; i++) {
            exchange.send(request("r" + i));
        }
        List<ScriptedStream> finished = List.of(generator.stream(), generator.stream());
        finished.forEach(InferCancelTest::finish);
        // Not read before both of the others have ended.
        List<ScriptedStream> running = List.of(generator.stream(), generator.stream());

        exchange.cancel();

        for (ScriptedStream stream : running) {
            stream.cancelled().get(10, TimeUnit.SECONDS);
        }
        answerOfTheSameConnection();
        assertThat(finished).noneMatch(stream -> stream.cancelled().isDone());
    }

    @Test
    void aRequestThatIsCancelledBeforeTheCoreAnswersIsStoppedWhenItDoes() throws Exception {
        CompletableFuture<Context> asking = new CompletableFuture<>();
        Promise<Submission> answer = Promise.promise();
        generator.answer(request -> {
            asking.complete(Vertx.currentContext());
            return answer.future();
        });
        var exchange = client.exchange(false);
        exchange.send(request("early"));
        Context context = asking.get(10, TimeUnit.SECONDS);

        exchange.cancel();
        answerOfTheSameConnection();
        ScriptedStream stream =
                new ScriptedStream(ScriptedGenerator.accepted(generator.request(), ScriptedGenerator.MODEL));
        context.runOnContext(v -> answer.complete(new Submission.Admitted(stream)));

        stream.cancelled().get(10, TimeUnit.SECONDS);
        assertThat(stream.asked()).isZero();
    }

    @Test
    void aStreamThatBreaksBetweenItsFramesIsStoppedAndToldOf() throws Exception {
        CompletableFuture<Broken> opened = new CompletableFuture<>();
        generator.answer(request -> {
            opened.complete(new Broken(ScriptedGenerator.accepted(request, ScriptedGenerator.MODEL)));
            return Future.succeededFuture(new Submission.Admitted(opened.join()));
        });
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.port() + "/v2/models/" + MODEL + "/generate_stream"))
                .timeout(Duration.ofSeconds(20))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();

        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"step\":1", "\"error\":").doesNotContain("broken on purpose");
        assertThat(opened.join().cancelled).isDone();
    }

    /** By then whatever came over it before has been dealt with. */
    private void answerOfTheSameConnection() throws Exception {
        client.call(GRPCInferenceServiceGrpcClient.ServerLive, ServerLiveRequest.getDefaultInstance());
    }

    private static ModelInferRequest request(String id) {
        return ModelInferRequest.newBuilder().setModelName(MODEL).setId(id).build();
    }

    private static void finish(ScriptedStream stream) {
        int steps = stream.accepted().plan().nfe();
        stream.emit(ScriptedGenerator.stepped(0, steps, stream.accepted().plan(), picture(0)))
                .emit(new GenerationEvent.Finished(steps, 0, 1));
    }

    /** A stream that gives one frame and then breaks. */
    private static final class Broken implements GenerationStream {
        private final GenerationEvent.Accepted accepted;
        private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
        private int asked;

        Broken(GenerationEvent.Accepted accepted) {
            this.accepted = accepted;
        }

        @Override
        public GenerationEvent.Accepted accepted() {
            return accepted;
        }

        @Override
        public Future<GenerationEvent> next() {
            return asked++ == 0
                    ? Future.succeededFuture(ScriptedGenerator.stepped(0, 1, accepted.plan(), picture(0)))
                    : Future.failedFuture("broken on purpose");
        }

        @Override
        public void cancel() {
            cancelled.complete(null);
        }

        @Override
        public void pause() {
            throw new UnsupportedOperationException("not of a session");
        }

        @Override
        public Future<Optional<Failure>> proceed() {
            throw new UnsupportedOperationException("not of a session");
        }
    }
}
