package dev.glimpse.cli;

import dev.glimpse.cli.RemoteGeneration.Signal;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A generation on a server that goes on where a lost connection left it, and comes again when the server says so. */
final class LastingGeneration {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    /** A server that asks for more patience is not waited for. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final RemoteServer.Access server;
    private final GenerateRequest request;
    private final int retries;
    private final Consumer<String> complaints;

    /** The newest token of the server's; empty before it has sent one. */
    private String resumeToken = "";

    /** Whether a server was ever there: one that never was is a wrong address. */
    private boolean reached;

    private boolean begun;
    private boolean finished;

    /**
     * @param retries how often a call is made again, at least 0
     * @param complaints told why, before each pause
     */
    LastingGeneration(RemoteServer.Access server, GenerateRequest request, int retries, Consumer<String> complaints) {
        this.server = server;
        this.request = request;
        this.retries = retries;
        this.complaints = complaints;
    }

    /** Told of every event, those that say again what was accepted included. */
    @FunctionalInterface
    interface Listener {
        void tell(GenerateEvent event) throws IOException;
    }

    /** Generates to the end, and tells how it ended. */
    Signal run(Listener listener) throws IOException, InterruptedException {
        for (int retry = 1; ; retry++) {
            Signal end = attempt(listener);
            Optional<Duration> pause =
                    end instanceof Signal.Failed failed && retry <= retries ? pause(failed, retry) : Optional.empty();
            if (pause.isEmpty()) {
                return end;
            }
            complaints.accept(String.format(
                    Locale.ROOT,
                    "%s; %s in %.1f s (%d of %d)",
                    ((Signal.Failed) end).message(),
                    resumeToken.isEmpty() ? "asking again" : "going on where it was lost",
                    pause.get().toMillis() / 1000.0,
                    retry,
                    retries));
            Thread.sleep(pause.get().toMillis());
        }
    }

    /** How long to wait before the next attempt; empty: there is no use in one. */
    private Optional<Duration> pause(Signal.Failed failed, int retry) {
        boolean lost = failed.status() == GrpcStatus.UNAVAILABLE && reached;
        // What has begun and has no token would begin anew, with other pictures.
        boolean possible = !begun || !resumeToken.isEmpty();
        Duration asked = failed.retryAfter().orElse(Duration.ZERO);
        if (!possible || !(lost || failed.retryAfter().isPresent()) || asked.compareTo(LONGEST_PAUSE) > 0) {
            return Optional.empty();
        }
        // Doubles each time, so that a server that starts anew is met without being stormed.
        Duration own = FIRST_PAUSE.multipliedBy(1L << Math.min(retry - 1, 10));
        Duration pause = own.compareTo(asked) > 0 ? own : asked;
        return Optional.of(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    }

    /** One connection to the server, to its end. */
    private Signal attempt(Listener listener) throws IOException, InterruptedException {
        GenerateRequest message = resumeToken.isEmpty()
                ? request
                : GenerateRequest.newBuilder().setResumeToken(resumeToken).build();
        try (RemoteGeneration generation = RemoteGeneration.start(server, message)) {
            Thread stop = new Thread(generation::abort, "abort");
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                while (true) {
                    Signal signal = generation.next();
                    reached |= generation.reached();
                    if (!(signal instanceof Signal.Event event)) {
                        // All was told, even if the connection was lost on the last few bytes.
                        return finished ? new Signal.Ended() : signal;
                    }
                    listener.tell(event.event());
                    remember(event.event());
                }
            } finally {
                forget(stop);
            }
        }
    }

    private void remember(GenerateEvent event) {
        begun = true;
        if (event.hasAccepted()) {
            resumeToken = event.getAccepted().getResumeToken();
        } else if (event.hasStep()) {
            resumeToken = event.getStep().getResumeToken();
        }
        finished |= event.hasFinished();
    }

    private static void forget(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException stopping) {
            // The machine is stopping, and the hook is what ended the call.
        }
    }
}
