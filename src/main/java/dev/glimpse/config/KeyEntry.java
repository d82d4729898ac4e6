package dev.glimpse.config;

import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import dev.glimpse.access.Quota;
import dev.glimpse.scheduler.JobTerms;
import dev.glimpse.scheduler.Rank;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** One entry of a file of keys, read field by field; a wrong one is refused by its name. */
final class KeyEntry {
    private static final List<String> FIELDS =
            List.of("name", "sha256", "tenant", "rank", "weight", "trajectories", "nfe-per-minute", "bytes-per-minute");

    private final String place;
    private final Map<String, String> fields = new LinkedHashMap<>();

    /** @param number of the entry in its file, from 1 */
    KeyEntry(Node node, int number, String file) {
        place = file + ", entry " + number + ", line " + (node.getStartMark().getLine() + 1);
        if (!(node instanceof MappingNode mapping)) {
            throw new SettingsException("key: no fields (expected: name, sha256 and others) in " + place);
        }
        mapping.getValue().forEach(this::add);
    }

    private void add(NodeTuple field) {
        String name = field.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
        if (!FIELDS.contains(name)) {
            throw new SettingsException(
                    name + ": unknown field (expected: one of " + String.join(", ", FIELDS) + ") in " + place);
        }
        if (!(field.getValueNode() instanceof ScalarNode value)) {
            throw wrong(name, "a list or section", "one value");
        }
        if (fields.put(name, value.getValue().strip()) != null) {
            throw wrong(name, "given twice", "once");
        }
    }

    ApiKey read() {
        String name = text("name", "a name");
        String hash = text("sha256", "64 hexadecimal digits").toLowerCase(Locale.ROOT);
        if (!hash.matches("[0-9a-f]{64}")) {
            // Not what it is, as messages are logged and it may be the key.
            throw wrong(
                    "sha256",
                    hash.length() + " characters",
                    "64 hexadecimal digits, the hash of a key and not the key");
        }
        Quota quota = new Quota(
                (int) bound("trajectories", Integer.MAX_VALUE),
                bound("nfe-per-minute", Long.MAX_VALUE),
                bound("bytes-per-minute", Long.MAX_VALUE));
        String tenant = fields.containsKey("tenant") ? text("tenant", "a name") : name;
        return new ApiKey(name, hash, new Caller(tenant, rank(), weight(), quota));
    }

    /** One line about a field. */
    SettingsException wrong(String field, String value, String expected) {
        return new SettingsException(field + ": " + value + " (expected: " + expected + ") in " + place);
    }

    private String text(String field, String expected) {
        String value = fields.getOrDefault(field, "");
        if (value.isEmpty()) {
            throw wrong(field, fields.containsKey(field) ? "''" : "absent", expected);
        }
        return value;
    }

    private Rank rank() {
        String value = fields.getOrDefault("rank", "standard");
        for (Rank rank : Rank.values()) {
            if (rank.name().equalsIgnoreCase(value)) {
                return rank;
            }
        }
        throw wrong("rank", value, "one of interactive, standard, background");
    }

    private double weight() {
        String value = fields.getOrDefault("weight", "1");
        try {
            double weight = Double.parseDouble(value);
            if (weight >= JobTerms.LEAST_WEIGHT && weight <= JobTerms.MOST_WEIGHT) {
                return weight;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw wrong("weight", value, "a number, " + JobTerms.LEAST_WEIGHT + ".." + JobTerms.MOST_WEIGHT);
    }

    /** A bound of the quota; absent, there is none. */
    private long bound(String field, long unlimited) {
        String value = fields.get(field);
        if (value == null) {
            return unlimited;
        }
        try {
            long bound = Long.parseLong(value);
            if (bound >= 1 && bound <= unlimited) {
                return bound;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw wrong(field, value, "a whole number, at least 1");
    }
}
