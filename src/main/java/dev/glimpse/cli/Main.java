package dev.glimpse.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/** The command line. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(execute(args, System.getenv(), out, err));
    }

    /**
     * Runs one command.
     *
     * @param environment variables of the process
     * @return exit status: 0 done, 1 failed, 2 wrong input
     */
    static int execute(String[] args, Map<String, String> environment, PrintWriter out, PrintWriter err) {
        CommandLine commands = commands(environment);
        commands.setOut(out);
        commands.setErr(err);
        int status = execute(commands, args, err);
        if (out.checkError() && status == ExitCode.OK && printsItsResult(commands)) {
            // A full disk, or a reader who has left: what was asked for did not arrive.
            err.println("glimpse: standard output cannot be written");
            status = ExitCode.SOFTWARE;
        }
        err.flush();
        return status;
    }

    private static int execute(CommandLine commands, String[] args, PrintWriter err) {
        try {
            return commands.execute(args);
        } catch (OutOfMemoryError e) {
            // Buffers outside of the heap have a bound of their own, which the launcher sets.
            boolean buffers = String.valueOf(e.getMessage()).contains("direct buffer memory");
            String message = "memory: " + e.getMessage() + " (expected: more of it for the JVM, such as JAVA_OPTS="
                    + (buffers ? "-XX:MaxDirectMemorySize=2g" : "-Xmx8g") + ")";
            if (command(commands) instanceof ServeCommand serve && serve.tellsEvents()) {
                Notices.failed(message, Optional.of(e));
            } else {
                err.println("glimpse: " + message);
            }
            return ExitCode.SOFTWARE;
        }
    }

    /** Whether standard output is what a command was asked for, and not what it says meanwhile. */
    private static boolean printsItsResult(CommandLine commands) {
        Object command = command(commands);
        return !(command instanceof ServeCommand || command instanceof TrainCommand);
    }

    /** The one that was asked for. */
    private static Object command(CommandLine commands) {
        ParseResult given = commands.getParseResult();
        return given != null && given.hasSubcommand()
                ? given.subcommand().commandSpec().userObject()
                : commands.getCommand();
    }

    /** Every command with its options. */
    static CommandLine commands(Map<String, String> environment) {
        CommandLine commands = new CommandLine(new GlimpseCommand())
                .addSubcommand(new ServeCommand(environment))
                .addSubcommand(new SampleCommand())
                .addSubcommand(new TrainCommand())
                .addSubcommand(new EvaluateCommand())
                .addSubcommand(new GenerateCommand(environment))
                .addSubcommand(new LikelihoodCommand())
                .addSubcommand(new ConvertCommand())
                .addSubcommand(new InspectCommand())
                .addSubcommand(new BenchCommand())
                .addSubcommand(new SimulateCommand(environment))
                .addSubcommand(new CapacityCommand(environment))
                .addSubcommand(new KeyCommand());
        OneLineErrors errors = new OneLineErrors();
        commands.setParameterExceptionHandler(errors);
        commands.setExecutionExceptionHandler(errors);
        commands.setCaseInsensitiveEnumValuesAllowed(true);
        commands.setUsageHelpAutoWidth(true);
        return commands;
    }
}
