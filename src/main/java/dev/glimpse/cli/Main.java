package dev.glimpse.cli;

import picocli.CommandLine;

/** The command line. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new TrainCommand()).execute(args));
    }
}
