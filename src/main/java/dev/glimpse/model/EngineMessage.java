package dev.glimpse.model;

import ai.djl.engine.EngineException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the engine says of a failure, in words for people. */
public final class EngineMessage {
    private static final String TRACEBACK = "The following operation failed in the TorchScript interpreter.";
    private static final Pattern ERROR = Pattern.compile("^[\\w.]*Error: (.+)$", Pattern.MULTILINE);

    /** As PyTorch puts it for GPUs and for the CPU. */
    private static final Pattern SHORTAGE = Pattern.compile("out of memory|can't allocate memory|_STATUS_ALLOC_FAILED");

    private EngineMessage() {}

    /** Why something failed: the message, without the traceback that TorchScript puts before it. */
    public static String of(Throwable failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.toString();
        }
        Matcher error = ERROR.matcher(message);
        return message.startsWith(TRACEBACK) && error.find() ? error.group(1) : message;
    }

    /** The line that says how much memory a device did not have, where that is why something failed. */
    public static Optional<String> shortage(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .filter(EngineException.class::isInstance)
                .flatMap(cause -> of(cause).lines())
                .filter(line -> SHORTAGE.matcher(line).find())
                .findFirst();
    }
}
