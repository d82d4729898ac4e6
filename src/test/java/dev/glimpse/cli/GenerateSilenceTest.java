package dev.glimpse.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glimpse.api.ScriptedGenerator;
import dev.glimpse.api.ScriptedStream;
import dev.glimpse.api.grpc.CuttableWire;
import dev.glimpse.api.grpc.DoorServer;
import dev.glimpse.cli.RemoteGeneration.Signal;
import dev.glimpse.generation.GenerationEvent;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** The terminal client on a wire over which nothing comes. */
// Its bounds are of time.
@Tag("alone")
@Timeout(60)
class GenerateSilenceTest {
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final BlockingQueue<GenerateEvent> told = new LinkedBlockingQueue<>();

    @Test
    void aWireThatWentSilentCountsAsLostAndTheStreamGoesOnWithItsToken() throws Exception {
        ScriptedGenerator generator = new ScriptedGenerator();
        try (DoorServer server = new DoorServer(generator);
                CuttableWire wire = new CuttableWire(server.port())) {
            CompletableFuture<Signal> run = generate(wire.port());
            generator.stream().emit(frame(1));
            awaitStep(1);

            wire.silence();

            assertThat(generator.resumed().token()).isEqualTo("step 1");
            generator.stream().emit(frame(4)).emit(new GenerationEvent.Finished(4, 0, 1));
            assertThat(run.get(20, TimeUnit.SECONDS)).isInstanceOf(Signal.Ended.class);
            assertThat(complaints).singleElement().asString().contains("going on where it was lost");
        }
    }

    @Test
    void aServerThatHasNothingToSayIsWaitedFor() throws Exception {
        ScriptedGenerator generator = new ScriptedGenerator();
        try (DoorServer server = new DoorServer(generator)) {
            CompletableFuture<Signal> run = generate(server.port());
            ScriptedStream stream = generator.stream().emit(frame(1));
            awaitStep(1);

            long longer = SILENCE.multipliedBy(2).toMillis();
            assertThatThrownBy(() -> run.get(longer, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);

            stream.emit(frame(4)).emit(new GenerationEvent.Finished(4, 0, 1));
            assertThat(run.get(20, TimeUnit.SECONDS)).isInstanceOf(Signal.Ended.class);
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void theCommandTakesAMinuteAndAHalfOfSilence() throws Exception {
        RemoteServer options = new RemoteServer();
        new CommandLine(options).parseArgs();

        assertThat(options.access().transport().getReadIdleTimeout()).isEqualTo(90_000);
        assertThat(options.access().transport().getIdleTimeoutUnit()).isEqualTo(TimeUnit.MILLISECONDS);
    }

    private CompletableFuture<Signal> generate(int port) {
        RemoteServer.Access access = new RemoteServer.Access(
                SocketAddress.inetSocketAddress(port, "127.0.0.1"), RemoteServer.plain(SILENCE), Optional.empty());
        LastingGeneration generation =
                new LastingGeneration(access, GenerateRequest.getDefaultInstance(), 1, complaints::add);
        return CompletableFuture.supplyAsync(() -> {
            try {
                return generation.run(told::add);
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
    }

    private void awaitStep(int step) throws InterruptedException {
        GenerateEvent event = GenerateEvent.getDefaultInstance();
        while (event.getStep().getStep() != step) {
            event = told.poll(10, TimeUnit.SECONDS);
            assertThat(event).isNotNull();
        }
    }

    private static GenerationEvent frame(int step) {
        return ScriptedGenerator.stepped(0, step, ScriptedGenerator.plan(4), new byte[] {(byte) step});
    }
}
