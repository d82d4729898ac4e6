package dev.glimpse.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

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
        int status = commands.execute(args);
        if (out.checkError() && status == ExitCode.OK) {
            // A full disk, or a reader who has left: what was asked for did not arrive.
            err.println("glimpse: standard output cannot be written");
            status = ExitCode.SOFTWARE;
        }
        err.flush();
        return status;
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
