package dev.glimpse.cli;

import dev.glimpse.cli.RemoteGeneration.Signal;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.Step;
import io.vertx.core.net.SocketAddress;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command that generates pictures on a server and shows them while they refine. */
@Command(
        name = "generate",
        description = "Generates pictures on a server and shows them while they refine.",
        mixinStandardHelpOptions = true)
public final class GenerateCommand implements Callable<Integer> {
    private static final Pattern TARGET = Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):([0-9]{1,5})");
    private static final int MAX_PORT = 65_535;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_INPUT = 2;
    private static final Set<GrpcStatus> INPUT_ERRORS = Set.of(GrpcStatus.INVALID_ARGUMENT, GrpcStatus.NOT_FOUND);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--target",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:8080",
            description = "Where the server listens (default: ${DEFAULT-VALUE}).")
    private String target = "";

    @Mixin
    private GenerateOptions options = new GenerateOptions();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where frames are saved, as <sample>-<step>.png and <sample>-final.png; absent: nowhere.")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print one JSON object for each event.")
    private boolean json;

    @Option(
            names = "--draw",
            negatable = true,
            description = "Draw the pictures with coloured blocks; absent: only on a terminal.")
    private @Nullable Boolean draw;

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "3",
            description = "How often to go on when the connection is lost, each time where it was lost "
                    + "(default: ${DEFAULT-VALUE}).")
    private int retries;

    /** The newest token of the server's; empty before it has sent one. */
    private String resumeToken = "";

    @Override
    public Integer call() throws IOException, InterruptedException {
        SocketAddress address = address();
        if (out != null) {
            createDirectory(out);
        }
        GenerateReport report = report();
        Signal.@Nullable Failed lost = null;
        for (int attempt = 0; attempt <= retries; attempt++) {
            if (lost != null) {
                complain(lost.message() + "; going on where it was lost (" + attempt + " of " + retries + ")");
                Thread.sleep(Math.min(FIRST_PAUSE_MILLIS << Math.min(attempt, 10), LONGEST_PAUSE_MILLIS));
            }
            Signal end = attempt(address, report);
            if (!(end instanceof Signal.Failed failed)) {
                return DONE;
            }
            lost = failed;
            if (failed.status() != GrpcStatus.UNAVAILABLE || resumeToken.isEmpty()) {
                break;
            }
        }
        complain(lost == null ? "retries: " + retries + " (expected: at least 0)" : lost.message());
        return lost == null || INPUT_ERRORS.contains(lost.status()) ? WRONG_INPUT : FAILED;
    }

    /** One connection to the server, to its end. */
    private Signal attempt(SocketAddress address, GenerateReport report) throws IOException, InterruptedException {
        GenerateRequest request = resumeToken.isEmpty()
                ? options.request()
                : GenerateRequest.newBuilder().setResumeToken(resumeToken).build();
        try (RemoteGeneration generation = RemoteGeneration.start(address, request)) {
            Thread stop = new Thread(generation::abort, "abort");
            Runtime.getRuntime().addShutdownHook(stop);
            try {
                while (true) {
                    Signal signal = generation.next();
                    if (!(signal instanceof Signal.Event event)) {
                        return signal;
                    }
                    tell(event.event(), report);
                }
            } finally {
                forget(stop);
            }
        }
    }

    private void tell(GenerateEvent event, GenerateReport report) throws IOException {
        switch (event.getEventCase()) {
            case ACCEPTED -> {
                if (resumeToken.isEmpty()) {
                    report.accepted(event.getAccepted());
                }
                resumeToken = event.getAccepted().getResumeToken();
            }
            case STEP -> {
                report.step(event.getStep(), save(event.getStep()));
                resumeToken = event.getStep().getResumeToken();
            }
            case FINISHED -> report.finished(event.getFinished());
            // A newer server may tell more than this client knows of.
            case EVENT_NOT_SET -> {}
        }
    }

    private Optional<Path> save(Step step) throws IOException {
        if (out == null || step.getImage().isEmpty()) {
            return Optional.empty();
        }
        String name = step.getSample() + "-" + (step.getLast() ? "final" : step.getStep()) + ".png";
        return Optional.of(Files.write(out.resolve(name), step.getImage().toByteArray()));
    }

    private GenerateReport report() {
        PrintWriter printer = spec().commandLine().getOut();
        if (json) {
            return new JsonReport(printer);
        }
        boolean drawing = draw == null ? Boolean.getBoolean("glimpse.drawing") : draw;
        return drawing ? new DrawnReport(printer) : new LineReport(printer);
    }

    private SocketAddress address() {
        Matcher matcher = TARGET.matcher(target);
        if (matcher.matches() && Integer.parseInt(matcher.group(3)) <= MAX_PORT) {
            String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
            return SocketAddress.inetSocketAddress(Integer.parseInt(matcher.group(3)), host);
        }
        throw wrong("target: " + target + " (expected: HOST:PORT)");
    }

    private void createDirectory(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw wrong("out: " + directory + " (expected: a directory that can be written)");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private void complain(String message) {
        PrintWriter printer = spec().commandLine().getErr();
        printer.println(spec().qualifiedName() + ": " + message);
        printer.flush();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before it calls");
    }

    private static void forget(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException stopping) {
            // The machine is stopping, and the hook is what ended the call.
        }
    }
}
