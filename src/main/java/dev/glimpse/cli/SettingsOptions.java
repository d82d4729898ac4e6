package dev.glimpse.cli;

import dev.glimpse.config.Settings;
import dev.glimpse.config.SettingsLoader;
import dev.glimpse.config.SettingsLoader.Flag;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that bring settings of a server: a file, and single ones. */
final class SettingsOptions {
    @Option(names = "--config", paramLabel = "FILE", description = "Settings in YAML, as of the server.")
    private @Nullable Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any setting, such as limits.max-steps=16; wins over all else, and of several the last.")
    private List<String> assignments = new ArrayList<>();

    /**
     * Reads the settings; a wrong one is named.
     *
     * @param environment variables of the process, which win over the file
     * @param flags of options of their own, which win over both; {@code --set} wins over them, and of several the last
     */
    Settings read(Map<String, String> environment, List<Flag> flags) {
        List<Flag> all = new ArrayList<>(flags);
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            WrongInputException.require(equals >= 1, "--set", assignment, "KEY=VALUE");
            all.add(new Flag(assignment.substring(0, equals), assignment.substring(equals + 1), "--set"));
        }
        return SettingsLoader.load(Optional.ofNullable(config), environment, all);
    }
}
