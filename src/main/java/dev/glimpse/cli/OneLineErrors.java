package dev.glimpse.cli;

import dev.glimpse.model.EngineMessage;
import dev.glimpse.model.ModelFormatException;
import dev.glimpse.training.DataSetException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Tells of anything that went wrong in one line, "glimpse command: what (expected: ...)", and in the exit status.
 *
 * <p>Wrong input is what the command line, a setting, a file or the machine at hand does not allow; any other exception
 * is a bug or a broken world, of which {@code --verbose} shows the trace.
 */
final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    private static final String EXPECTATION = "(expected: ";

    @Override
    public int handleParseException(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        String help = command.getCommandSpec().qualifiedName() + " --help";
        String message = expecting(e.getMessage());
        String hint = message.contains(EXPECTATION) ? "" : " (see '" + help + "')";
        print(command, firstLower(message) + hint);
        return ExitCode.USAGE;
    }

    /** What picocli says of Java's types, in words for people. */
    private static String expecting(String message) {
        String option = "^Invalid value for option '([^']*)'[^:]*: ";
        return message.replaceFirst(option + "'(.*)' is not a (?:double|float)$", "$1: $2 (expected: a number)")
                .replaceFirst(option + "'(.*)' is not an? (?:int|long)$", "$1: $2 (expected: a whole number)")
                .replaceFirst(
                        option + "expected one of \\[(.*)\\] \\(case-(?:in)?sensitive\\) but was '(.*)'$",
                        "$1: $3 (expected: one of $2)");
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        boolean verbose =
                command.getCommandSpec().root().userObject() instanceof GlimpseCommand glimpse && glimpse.verbose();
        boolean wrongInput = isWrongInput(e);
        String message =
                wrongInput ? String.valueOf(e.getMessage()) : failed(e) + (verbose ? "" : " (--verbose shows where)");
        if (command.getCommandSpec().userObject() instanceof ServeCommand serve && serve.tellsEvents()) {
            Notices.failed(message, wrongInput ? Optional.empty() : Optional.of(e));
            return wrongInput ? ExitCode.USAGE : ExitCode.SOFTWARE;
        }
        print(command, message);
        if (verbose) {
            e.printStackTrace(command.getErr());
        }
        return wrongInput ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }

    /** What a bug or a broken world is told as. */
    private static String failed(Exception e) {
        String name = e.getClass().getSimpleName();
        return EngineMessage.shortage(e)
                .map(line -> "memory: " + line + " (expected: more of it on the device)")
                .orElseGet(() -> name + ": " + (e.getMessage() == null ? name : EngineMessage.of(e)) + reason(e));
    }

    /** Why a file could not be read or written, where its message says only that. */
    private static String reason(Exception e) {
        String why = e instanceof UncheckedIOException unchecked
                ? unchecked.getCause().getMessage()
                : null;
        return why == null || String.valueOf(e.getMessage()).contains(why) ? "" : ": " + why;
    }

    private static boolean isWrongInput(Exception e) {
        return e instanceof WrongInputException
                || e instanceof ModelFormatException
                || e instanceof DataSetException
                || (e instanceof IllegalArgumentException
                        && e.getMessage() != null
                        && e.getMessage().contains(EXPECTATION));
    }

    private static void print(CommandLine command, String message) {
        // A message may quote a file that nobody trusts, so nothing in it may steer the terminal.
        String line = Printable.of(message).strip();
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
        command.getErr().flush();
    }

    private static String firstLower(String message) {
        boolean sentence = message.length() > 1 && Character.isLowerCase(message.charAt(1));
        return sentence ? message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1) : message;
    }
}
