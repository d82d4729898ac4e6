package dev.glimpse.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Lays defaults, a file, the environment and flags over each other: the later one wins, key by key. */
public final class SettingsLoader {
    private static final String DEFAULTS = "/glimpse-defaults.yaml";
    private static final String PREFIX = "GLIMPSE_";

    /** Names a file of an installation, such as an image, whose own needs yield to what its operator says anywhere. */
    private static final String DEFAULTS_VARIABLE = PREFIX + "DEFAULTS";

    /**
     * Variables that Kubernetes sets in every container for a service whose name begins with "glimpse"; not written by
     * a person, so not refused.
     */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("GLIMPSE_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

    /** Another such variable, told from a setting by its value: no port that a person writes looks like it. */
    private static final Pattern SERVICE_PORT = Pattern.compile("GLIMPSE_(.+_)?PORT");

    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Map<String, Entry> entries;
    private final Map<String, String> keysByVariable = new LinkedHashMap<>();

    private SettingsLoader(Map<String, Entry> defaults) {
        entries = new LinkedHashMap<>(defaults);
        defaults.keySet().forEach(key -> keysByVariable.put(variable(key), key));
    }

    /**
     * The settings of a process.
     *
     * @param file YAML over the defaults
     * @param environment all variables of the process; those that do not begin with GLIMPSE_ are passed over, and
     *     GLIMPSE_DEFAULTS names a file between the defaults and that other one
     * @param flags what the command line said, in order
     * @throws SettingsException with one line that names the key, the value, what was expected and where it stands
     */
    public static Settings load(Optional<Path> file, Map<String, String> environment, List<Flag> flags) {
        SettingsLoader loader = new SettingsLoader(YamlLayer.parse(defaults(), DEFAULTS.substring(1)));
        Optional.ofNullable(environment.get(DEFAULTS_VARIABLE))
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .ifPresent(path -> loader.layOver(YamlLayer.parse(read(DEFAULTS_VARIABLE, path), path.toString())));
        file.ifPresent(path -> loader.layOver(YamlLayer.parse(read("--config", path), path.toString())));
        loader.layOver(loader.fromEnvironment(environment));
        for (Flag flag : flags) {
            loader.layOver(Map.of(flag.key(), Entry.text(flag.key(), flag.value(), flag.name())));
        }
        return Settings.from(new Values(loader.entries));
    }

    /**
     * One key set by a flag.
     *
     * @param key dotted path, such as {@code server.port}
     * @param value its text
     * @param name the flag as it was written, such as {@code --port}
     */
    public record Flag(String key, String value, String name) {}

    /** The environment variable of a key. */
    static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private Map<String, Entry> fromEnvironment(Map<String, String> environment) {
        Map<String, Entry> layer = new LinkedHashMap<>();
        for (String variable : new TreeSet<>(environment.keySet())) {
            String value = environment.get(variable);
            String key = keysByVariable.get(variable);
            boolean setting = variable.startsWith(PREFIX) && !variable.equals(DEFAULTS_VARIABLE);
            if (!setting || isServiceAddress(variable, value)) {
                continue;
            }
            if (key != null) {
                layer.put(key, Entry.text(key, value, variable));
            } else if (!SERVICE_LINK.matcher(variable).matches()) {
                throw new SettingsException(variable + ": unknown variable (expected: the name of a setting, such as "
                        + nearest(variable, keysByVariable.keySet()) + ") in the environment");
            }
        }
        return layer;
    }

    private static boolean isServiceAddress(String variable, String value) {
        return SERVICE_PORT.matcher(variable).matches()
                && SERVICE_ADDRESS.matcher(value).matches();
    }

    private void layOver(Map<String, Entry> layer) {
        layer.forEach((key, entry) -> {
            if (!entries.containsKey(key)) {
                throw new SettingsException(key + ": unknown key (expected: a setting, such as "
                        + nearest(key, entries.keySet()) + ") in " + entry.place());
            }
            entries.put(key, entry);
        });
    }

    /** The known name that takes the fewest insertions, deletions and replacements. */
    private static String nearest(String written, Iterable<String> known) {
        String nearest = "";
        int fewest = Integer.MAX_VALUE;
        for (String name : known) {
            int edits = edits(written, name);
            if (edits < fewest) {
                fewest = edits;
                nearest = name;
            }
        }
        return nearest;
    }

    private static int edits(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }

    private static String defaults() {
        try (InputStream in = SettingsLoader.class.getResourceAsStream(DEFAULTS)) {
            if (in == null) {
                throw new IllegalStateException(DEFAULTS + ": missing (expected: on the class path)");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(DEFAULTS + ": unreadable (expected: on the class path)", e);
        }
    }

    private static String read(String name, Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new SettingsException(name + ": " + file + " (expected: a readable YAML file in UTF-8)");
        }
    }
}
