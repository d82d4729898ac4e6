package dev.glimpse.cli;

import dev.glimpse.cli.RemoteGeneration.Signal;
import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import io.vertx.grpc.common.GrpcStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command that generates pictures on a server and shows them while they refine. */
@Command(
        name = "generate",
        description = "Generates pictures on a server and shows them while they refine.",
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_INPUT = 2;
    private static final Set<GrpcStatus> INPUT_ERRORS = Set.of(GrpcStatus.INVALID_ARGUMENT, GrpcStatus.NOT_FOUND);

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private RemoteServer server = new RemoteServer();

    @Mixin
    private GenerateOptions options = new GenerateOptions();

    @Mixin
    private SavedPictures saved = new SavedPictures();

    @Option(names = "--json", description = "Print one JSON object for each event.")
    private boolean json;

    @Option(
            names = "--draw",
            paramLabel = "KIND",
            defaultValue = "auto",
            description =
                    "How pictures are drawn: ${COMPLETION-CANDIDATES}; auto: what the terminal can do, and nothing"
                            + " where there is none; default: ${DEFAULT-VALUE}.")
    private Drawing draw = Drawing.auto;

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "6",
            description = "How often to go on when the connection is lost, each time where it was lost;"
                    + " default: ${DEFAULT-VALUE}.")
    private int retries;

    private final Map<String, String> environment;
    private boolean accepted;

    /** @param environment variables of the process */
    GenerateCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        RemoteServer.Access access = server.access();
        if (json) {
            UnusedOptions.refuse(
                    spec().commandLine().getParseResult(),
                    List.of("--draw"),
                    "absent with --json, which draws nothing");
        }
        if (retries < 0) {
            throw new WrongInputException("--retries", retries, "at least 0");
        }
        GenerateRequest request = options.request();
        saved.prepare();
        GenerateReport report = report();
        Signal end = new LastingGeneration(access, request, retries, complaint -> {
                    complain(complaint);
                    report.interrupted();
                })
                .run(event -> tell(event, report));
        if (end instanceof Signal.Failed failed) {
            complain(GenerateOptions.typed(failed.message()));
            // What was accepted was right; it is the token of its server's that another one does not take.
            return INPUT_ERRORS.contains(failed.status()) && !accepted ? WRONG_INPUT : FAILED;
        }
        saved.finish();
        return DONE;
    }

    private void tell(GenerateEvent event, GenerateReport report) throws IOException {
        switch (event.getEventCase()) {
            case ACCEPTED -> {
                // Told again after each lost connection.
                if (!accepted) {
                    report.accepted(event.getAccepted());
                    saved.accepted(event.getAccepted());
                    accepted = true;
                }
            }
            case STEP -> report.step(event.getStep(), saved.step(event.getStep()));
            case FINISHED -> report.finished(event.getFinished());
            // A newer server may tell more than this client knows of.
            case EVENT_NOT_SET -> {}
        }
        if (!saved.wanted()) {
            StandardOutput.requireReader(spec().commandLine().getOut());
        }
    }

    private GenerateReport report() {
        PrintWriter printer = spec().commandLine().getOut();
        if (json) {
            return new JsonReport(printer);
        }
        Drawing drawing = draw.resolve(environment, Boolean.getBoolean("glimpse.drawing"));
        return drawing == Drawing.none
                ? new LineReport(printer)
                : new DrawnReport(printer, drawing, ScreenSize.of(System.getProperty("glimpse.screen", "")));
    }

    private void complain(String message) {
        PrintWriter printer = spec().commandLine().getErr();
        // A server that nobody trusts may have said it.
        printer.println(spec().qualifiedName() + ": " + Printable.of(message));
        printer.flush();
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "picocli sets it before it calls");
    }
}
