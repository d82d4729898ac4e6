package dev.glimpse.config;

import dev.glimpse.access.ApiKey;
import dev.glimpse.access.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** The file of a server's API keys: a YAML list, one entry a key. It holds hashes and no secret. */
public final class KeysFile {
    private KeysFile() {}

    /**
     * Reads a file.
     *
     * @throws SettingsException with one line that names the entry, the field, its value, what was expected and the
     *     place
     */
    public static List<ApiKey> read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new SettingsException("access.keys-file: " + file + " (expected: a readable YAML file in UTF-8)");
        }
        return parse(text, file.toString());
    }

    private static List<ApiKey> parse(String text, String file) {
        Node root = YamlNodes.parse(text, file);
        if (root == null) {
            return List.of();
        }
        if (!(root instanceof SequenceNode entries)) {
            throw new SettingsException(file + ": no list (expected: a list of keys, each with name and sha256)");
        }
        List<ApiKey> keys = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Map<String, String> owners = new HashMap<>();
        Map<String, Caller> tenants = new HashMap<>();
        for (Node node : entries.getValue()) {
            KeyEntry entry = new KeyEntry(node, keys.size() + 1, file);
            ApiKey key = entry.read();
            if (!names.add(key.name())) {
                throw entry.wrong("name", key.name(), "a name that no other entry has");
            }
            Caller caller = key.caller();
            Caller before = tenants.putIfAbsent(caller.tenant(), caller);
            if (before != null
                    && (before.weight() != caller.weight() || !before.quota().equals(caller.quota()))) {
                throw entry.wrong("tenant", caller.tenant(), "the same weight and quotas in each entry of one tenant");
            }
            String owner = owners.putIfAbsent(key.sha256(), key.name());
            if (owner != null) {
                // Whoever takes one of them out would leave the secret in force.
                throw entry.wrong("sha256", "that of " + owner, "the hash of a key that no other entry has");
            }
            keys.add(key);
        }
        return keys;
    }
}
