package dev.glimpse.cli;

import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code glimpse} itself, which only holds the others. */
@Command(
        name = "glimpse",
        description = "Pictures that refine while you watch: a server of consistency trajectory models.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = GlimpseCommand.Version.class,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:done",
            "1:failed on the way",
            "2:wrong input",
            "128+N:ended by signal N, such as 130 by Ctrl-C"
        })
final class GlimpseCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Show where in the program an error arose.")
    private boolean verbose;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "command: none (expected: one of "
                        + String.join(", ", spec.subcommands().keySet()) + ")");
    }

    boolean verbose() {
        return verbose;
    }

    /** The version that the jar was built as. */
    static String versionName() {
        return Optional.ofNullable(GlimpseCommand.class.getPackage().getImplementationVersion())
                .orElse("(not from a jar)");
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {
                "Glimpse " + versionName(), "Java " + Runtime.version() + " on " + System.getProperty("os.name")
            };
        }
    }
}
