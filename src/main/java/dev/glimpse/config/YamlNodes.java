package dev.glimpse.config;

import java.io.StringReader;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** A YAML text as a tree of nodes, never turned into objects: every node knows its line, and no tag makes code run. */
final class YamlNodes {
    private YamlNodes() {}

    /**
     * The root of the tree; null where the text holds nothing.
     *
     * @param file its name, for messages
     * @throws SettingsException when this is no YAML: the place and the problem, without the line itself, which may
     *     hold a secret
     */
    static @Nullable Node parse(String text, String file) {
        try {
            return new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark().getLine() + 1;
            int column = e.getProblemMark().getColumn() + 1;
            throw new SettingsException(file + ", line " + line + ", column " + column + ": " + oneLine(e.getProblem())
                    + " (expected: YAML)");
        } catch (YAMLException e) {
            throw new SettingsException(file + ": " + oneLine(e.getMessage()) + " (expected: YAML)");
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ").strip();
    }
}
