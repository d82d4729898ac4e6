package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.grpc.CuttableWire;
import dev.glimpse.api.grpc.DoorServer;
import dev.glimpse.generation.Failure;
import dev.glimpse.generation.GenerationEvent;
import dev.glimpse.generation.GenerationRequest;
import dev.glimpse.generation.Submission;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GlimpseGrpcService;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The terminal client on a wire that breaks. */
// Its bounds are of time.
@Tag("alone")
@Timeout(60)
class GenerateResumeTest {
    private static GenerationEvent frame(int step) {
        return ScriptedGenerator.stepped(0, step, ScriptedGenerator.plan(4), new byte[] {(byte) step});
    }

    /** Output that tells when it has so many lines. */
    private static final class Lines extends StringWriter {
        final CompletableFuture<Void> seen = new CompletableFuture<>();
        private final long expected;

        Lines(long expected) {
            this.expected = expected;
        }

        @Override
        public void flush() {
            if (toString().lines().count() >= expected) {
                seen.complete(null);
            }
        }
    }

    @Test
    void lostConnectionIsMadeAgainAndGoesOnWhereItWasLost(@TempDir Path out) throws Exception {
        ScriptedGenerator generator = new ScriptedGenerator();
        try (DoorServer server = new DoorServer(generator);
                CuttableWire wire = new CuttableWire(server.port())) {
            Lines lines = new Lines(2);
            StringWriter errors = new StringWriter();
            String[] arguments = {"generate", "--target=127.0.0.1:" + wire.port(), "--out=" + out};
            CompletableFuture<Integer> run = CompletableFuture.supplyAsync(
                    () -> Main.execute(arguments, Map.of(), new PrintWriter(lines), new PrintWriter(errors)));
            ScriptedStream first = generator.stream();
            first.emit(frame(1));
            // One line that it is accepted, and one that it has taken a step.
            lines.seen.get(10, TimeUnit.SECONDS);
            wire.cut();
            first.cancelled().get(10, TimeUnit.SECONDS);
            assertThat(generator.resumed().token()).isEqualTo("step 1");
            ScriptedStream second = generator.stream();
            second.emit(frame(2)).emit(frame(4)).emit(new GenerationEvent.Finished(4, 0, 1));
            assertThat(run.get(20, TimeUnit.SECONDS)).as(errors.toString()).isZero();
            assertThat(errors.toString()).containsPattern("going on where it was lost in 0\\.\\d s \\(1 of 6\\)");
            assertThat(out.resolve("0-final.png")).hasBinaryContent(new byte[] {4});
            assertThat(out.resolve("0-1.png")).hasBinaryContent(new byte[] {1});
        }
    }

    private static Future<Submission> admitted(GenerationRequest request) {
        return Future.succeededFuture(
                new Submission.Admitted(new ScriptedStream(ScriptedGenerator.accepted(request, ScriptedGenerator.MODEL))
                        .emit(frame(4))
                        .emit(new GenerationEvent.Finished(4, 0, 1))));
    }

    @Test
    void aConnectionThatIsLostBeforeTheAnswerIsMadeAgain() throws Exception {
        ScriptedGenerator generator = new ScriptedGenerator();
        Queue<Future<Submission>> first = new ConcurrentLinkedQueue<>(List.of(Future.future(never -> {})));
        generator.answer(request -> first.isEmpty() ? admitted(request) : first.remove());
        try (DoorServer server = new DoorServer(generator);
                CuttableWire wire = new CuttableWire(server.port())) {
            CompletableFuture<CommandLineRun> run = CompletableFuture.supplyAsync(
                    () -> CommandLineRun.of("generate", "--target=127.0.0.1:" + wire.port(), "--retries=1"));
            generator.request();
            wire.cut();
            CommandLineRun ended = run.get(20, TimeUnit.SECONDS);
            assertThat(ended.status()).as(ended.err()).isZero();
            assertThat(ended.err()).containsPattern("asking again in 0\\.\\d s \\(1 of 1\\)");
        }
    }

    /** A server that goes before it has said that the call ended well. */
    @Test
    void aConnectionThatIsLostBehindTheLastEventHasLostNothing() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            GrpcServer calls = GrpcServer.server(vertx);
            calls.callHandler(GlimpseGrpcService.Generate, call -> {
                call.response()
                        .write(GenerateEvent.newBuilder()
                                .setFinished(Finished.newBuilder().setNfe(4))
                                .build())
                        .onComplete(written -> call.connection().close());
            });
            int port = vertx.createHttpServer()
                    .requestHandler(calls)
                    .listen(0, "127.0.0.1")
                    .await(10, TimeUnit.SECONDS)
                    .actualPort();
            CommandLineRun run = CommandLineRun.of("generate", "--target=127.0.0.1:" + port, "--retries=0");
            assertThat(run.status()).as(run.err()).isZero();
            assertThat(run.out()).containsOnlyOnce("finished");
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aTokenThatIsRefusedIsNoWrongInput() throws Exception {
        ScriptedGenerator generator = new ScriptedGenerator();
        generator.refuseResumes(new Failure.InvalidField("resume_token", "resume_token: not of this server"));
        try (DoorServer server = new DoorServer(generator);
                CuttableWire wire = new CuttableWire(server.port())) {
            Lines lines = new Lines(2);
            StringWriter errors = new StringWriter();
            String[] arguments = {"generate", "--target=127.0.0.1:" + wire.port()};
            CompletableFuture<Integer> run = CompletableFuture.supplyAsync(
                    () -> Main.execute(arguments, Map.of(), new PrintWriter(lines), new PrintWriter(errors)));
            generator.stream().emit(frame(1));
            lines.seen.get(10, TimeUnit.SECONDS);
            wire.cut();
            assertThat(run.get(20, TimeUnit.SECONDS)).as(errors.toString()).isEqualTo(1);
            assertThat(errors.toString()).contains("resume_token: not of this server");
        }
    }

    @Test
    void withoutRetriesALostConnectionIsTheEnd() throws Exception {
        ScriptedGenerator generator = new ScriptedGenerator();
        try (DoorServer server = new DoorServer(generator);
                CuttableWire wire = new CuttableWire(server.port())) {
            CompletableFuture<CommandLineRun> run = CompletableFuture.supplyAsync(
                    () -> CommandLineRun.of("generate", "--target=127.0.0.1:" + wire.port(), "--retries=0"));
            generator.stream();
            wire.cut();
            CommandLineRun ended = run.get(20, TimeUnit.SECONDS);
            assertThat(ended.status()).isEqualTo(1);
        }
    }

    @Test
    void aServerThatSaysWhenToComeAgainIsAskedAgainAfterThat() throws Exception {
        ScriptedGenerator generator = new ScriptedGenerator();
        Duration wait = Duration.ofMillis(700);
        List<Long> refusals = new CopyOnWriteArrayList<>();
        generator.answer(request -> {
            refusals.add(System.nanoTime());
            return Future.succeededFuture(new Submission.Refused(new Failure.Overloaded(wait)));
        });
        try (DoorServer server = new DoorServer(generator)) {
            CommandLineRun run = CommandLineRun.of("generate", "--target=127.0.0.1:" + server.port(), "--retries=1");
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).contains("asking again in 0.7 s (1 of 1)");
            assertThat(refusals).hasSize(2);
            // The second request was sent after the first one's refusal was read.
            assertThat(refusals.get(1) - refusals.get(0)).isGreaterThanOrEqualTo(wait.toNanos() * 9 / 10);
        }
    }

    @Test
    void aServerThatAsksForMorePatienceThanAPersonHasIsNotWaitedFor() throws Exception {
        ScriptedGenerator generator = new ScriptedGenerator();
        generator.answer(request ->
                Future.succeededFuture(new Submission.Refused(new Failure.Overloaded(Duration.ofMinutes(5)))));
        try (DoorServer server = new DoorServer(generator)) {
            CommandLineRun run = CommandLineRun.of("generate", "--target=127.0.0.1:" + server.port());
            assertThat(run.status()).isEqualTo(1);
            assertThat(run.err()).doesNotContain("asking again");
        }
    }
}
