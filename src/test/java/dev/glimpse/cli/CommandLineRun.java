package dev.glimpse.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;

/**
 * What one run of the command line in this process printed.
 *
 * @param status exit status
 */
record CommandLineRun(int status, String out, String err) {
    static CommandLineRun of(String... args) {
        return with(Map.of(), args);
    }

    static CommandLineRun with(Map<String, String> environment, String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = Main.execute(args, environment, new PrintWriter(out), new PrintWriter(err));
        return new CommandLineRun(status, out.toString(), err.toString());
    }
}
