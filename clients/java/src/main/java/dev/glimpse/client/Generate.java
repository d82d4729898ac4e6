package dev.glimpse.client;

import glimpse.wire.v1.GenerateEvent;
import glimpse.wire.v1.GenerateRequest;
import glimpse.wire.v1.GlimpseGrpc;
import glimpse.wire.v1.Step;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Generates pictures and saves every frame. */
@Command(name = "generate", mixinStandardHelpOptions = true, description = "Generates pictures and saves every frame.")
public final class Generate implements Callable<Integer> {
    private static final double MICROS_PER_MILLI = 1_000;

    @Option(names = "--target", defaultValue = "localhost:8080", description = "Where the server listens.")
    private String target;

    @Option(names = "--label", description = "Name of the class; absent: drawn from the seed.")
    private String label;

    @Option(names = "--steps", defaultValue = "4", description = "Steps of each picture.")
    private int steps;

    @Option(names = "--count", defaultValue = "1", description = "Pictures.")
    private int count;

    @Option(names = "--seed", description = "Key of all noise; absent: the server draws one.")
    private Long seed;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "60", description = "Deadline of the call.")
    private double timeout;

    @Option(names = "--cancel-after", paramLabel = "FRAMES", description = "Leave after so many frames.")
    private int cancelAfter = -1;

    @Option(names = "--out", defaultValue = "frames", description = "Where frames are saved.")
    private Path out;

    private int frames;

    /** A time that a deadline may be away, up to a day. */
    private static double seconds(String value) {
        double seconds = Double.parseDouble(value);
        if (!(seconds > 0 && seconds <= 86_400)) {
            throw new TypeConversionException(value + " (expected: seconds, more than 0, at most 86400)");
        }
        return seconds;
    }

    public static void main(String[] args) {
        CommandLine command = new CommandLine(new Generate());
        // Numbers have a sign in Java, those of the contract have none.
        command.registerConverter(int.class, Integer::parseUnsignedInt);
        command.registerConverter(Long.class, Long::parseUnsignedLong);
        command.registerConverter(double.class, Generate::seconds);
        // What is wrong, without the usage that picocli would print below.
        command.setParameterExceptionHandler((wrong, typed) -> refuse(wrong.getMessage()));
        System.exit(command.execute(args));
    }

    private static int refuse(String message) {
        System.err.println(message);
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public Integer call() throws Exception {
        ManagedChannel channel;
        try {
            Files.createDirectories(out);
            channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create())
                    .build();
        } catch (IOException e) {
            return refuse("--out: " + e);
        } catch (IllegalArgumentException e) {
            return refuse("--target: " + target + " (expected: host:port)");
        }
        // Whatever is called in a context ends with it, which is how a blocking call is cancelled.
        try (Context.CancellableContext context = Context.current().withCancellation()) {
            context.call(() -> generate(channel, context));
            return 0;
        } catch (StatusRuntimeException e) {
            Errors.explain(e).forEach(System.err::println);
            return 1;
        } finally {
            channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        }
    }

    private Void generate(ManagedChannel channel, Context.CancellableContext context) throws IOException {
        // The iterator asks for one message at a time, which holds the server back to this loop's own pace.
        Iterator<GenerateEvent> events = GlimpseGrpc.newBlockingStub(channel)
                .withDeadlineAfter((long) (timeout * 1e9), TimeUnit.NANOSECONDS)
                .generate(request());
        while (events.hasNext()) {
            show(events.next());
            if (frames == cancelAfter) {
                context.cancel(null);
                // What had come before is still in the iterator.
                System.out.println("cancelled after " + frames + " frames");
                return null;
            }
        }
        return null;
    }

    private GenerateRequest request() {
        GenerateRequest.Builder request =
                GenerateRequest.newBuilder().setSteps(steps).setCount(count);
        // Only what was typed is set, as 0 and absent differ where the contract says optional.
        if (label != null) {
            request.setClassName(label);
        }
        if (seed != null) {
            request.setSeed(seed);
        }
        return request.build();
    }

    private void show(GenerateEvent event) throws IOException {
        switch (event.getEventCase()) {
            case ACCEPTED ->
                System.out.printf(
                        "model %s, seed %s%n",
                        event.getAccepted().getModel(),
                        Long.toUnsignedString(event.getAccepted().getSeed()));
            case STEP -> {
                Step step = event.getStep();
                Path file = out.resolve(step.getSample() + "-" + (step.getLast() ? "final" : step.getStep()) + ".png");
                Files.write(file, step.getImage().toByteArray());
                System.out.printf(
                        Locale.ROOT,
                        "step %d: t = %.3g, %.1f ms, %s%n",
                        step.getStep(),
                        step.getT(),
                        step.getElapsedMicros() / MICROS_PER_MILLI,
                        file);
                frames++;
            }
            case FINISHED ->
                System.out.printf(
                        "finished after %d network evaluations%n",
                        event.getFinished().getNfe());
            // A newer server may tell more than this client knows of.
            case EVENT_NOT_SET -> {}
        }
    }
}
