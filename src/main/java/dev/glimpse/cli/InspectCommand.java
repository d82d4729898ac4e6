package dev.glimpse.cli;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.model.ModelDirectory;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code glimpse inspect}: what a model directory holds. */
@Command(
        name = "inspect",
        description = "Verifies a model and tells its architecture, parameters, pictures and training record.")
final class InspectCommand implements Callable<Integer> {
    private static final int INDENT = 2;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ModelOption model = new ModelOption();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        ModelDirectory directory = model.read();
        JsonObject facts = facts(directory);
        PrintWriter out = spec.commandLine().getOut();
        if (json.isSet()) {
            JsonOption.print(facts, out);
        } else {
            print(facts, 0, out);
        }
        return ExitCode.OK;
    }

    /** The model's own description, with what was counted on top. */
    private static JsonObject facts(ModelDirectory directory) {
        JsonObject facts = new JsonObject();
        facts.addProperty("name", directory.name());
        facts.addProperty("version", directory.version());
        facts.addProperty("parameters", directory.parameterCount());
        facts.addProperty("tensors", directory.weights().size());
        JsonObject config = JsonParser.parseString(directory.config().toJson()).getAsJsonObject();
        config.entrySet().forEach(entry -> facts.add(entry.getKey(), entry.getValue()));
        return facts;
    }

    private static void print(JsonObject facts, int indent, PrintWriter out) {
        for (Map.Entry<String, JsonElement> fact : facts.entrySet()) {
            // Whoever made the model chose its labels and its training record.
            String name = " ".repeat(indent) + Printable.of(fact.getKey().replace('_', ' '));
            if (fact.getValue() instanceof JsonObject inner) {
                out.println(name);
                print(inner, indent + INDENT, out);
            } else {
                out.printf(Locale.ROOT, "%-18s %s%n", name, Printable.of(shown(fact.getValue())));
            }
        }
    }

    private static String shown(JsonElement value) {
        if (value.isJsonArray()) {
            return String.join(
                    ", ",
                    value.getAsJsonArray().asList().stream()
                            .map(InspectCommand::shown)
                            .toList());
        }
        return value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }
}
