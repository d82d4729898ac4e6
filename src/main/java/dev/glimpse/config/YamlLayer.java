package dev.glimpse.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** The entries of one YAML file: sections that hold keys, keys that hold a text or a list of texts. */
final class YamlLayer {
    private final String file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private YamlLayer(String file) {
        this.file = file;
    }

    /**
     * @param text contents of the file
     * @param file its name, for messages
     * @throws SettingsException when this is no YAML, or not of the shape above
     */
    static Map<String, Entry> parse(String text, String file) {
        YamlLayer layer = new YamlLayer(file);
        Node root = YamlNodes.parse(text, file);
        if (root instanceof MappingNode sections) {
            sections.getValue().forEach(layer::section);
        } else if (root != null) {
            throw new SettingsException(
                    file + ": " + kind(root) + " (expected: sections such as server, each with keys)");
        }
        return layer.entries;
    }

    private void section(NodeTuple section) {
        String name = name(section.getKeyNode());
        if (section.getValueNode().getTag().equals(Tag.NULL)) {
            // One whose keys are all commented out.
            return;
        }
        if (!(section.getValueNode() instanceof MappingNode keys)) {
            throw new SettingsException(name + ": " + kind(section.getValueNode())
                    + " (expected: a section with keys) in " + place(section.getKeyNode()));
        }
        for (NodeTuple key : keys.getValue()) {
            add(name + "." + name(key.getKeyNode()), key.getValueNode(), place(key.getKeyNode()));
        }
    }

    private void add(String key, Node value, String place) {
        Entry entry = new Entry(key, texts(key, value, place), value instanceof SequenceNode, place);
        Entry before = entries.put(key, entry);
        if (before != null) {
            throw new SettingsException(key + ": given twice (expected: once) in " + before.place() + " and " + place);
        }
    }

    private static List<String> texts(String key, Node value, String place) {
        if (value instanceof ScalarNode scalar) {
            return List.of(scalar.getValue());
        }
        if (value instanceof SequenceNode sequence) {
            List<String> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                if (!(item instanceof ScalarNode scalar)) {
                    throw new SettingsException(
                            key + ": a list of " + kind(item) + " (expected: a list of texts) in " + place);
                }
                items.add(scalar.getValue());
            }
            return items;
        }
        throw new SettingsException(key + ": " + kind(value) + " (expected: one value) in " + place);
    }

    private String name(Node key) {
        if (key instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new SettingsException(kind(key) + " as a key (expected: a name) in " + place(key));
    }

    private String place(Node node) {
        return file + ", line " + (node.getStartMark().getLine() + 1);
    }

    private static String kind(Node node) {
        if (node instanceof MappingNode) {
            return "a section";
        }
        if (node instanceof SequenceNode) {
            return "a list";
        }
        return node instanceof ScalarNode scalar ? "'" + scalar.getValue() + "'" : "an alias";
    }
}
