package dev.glimpse.cli;

import com.google.gson.JsonElement;
import dev.glimpse.model.JsonText;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The option {@code --json} of the commands that print a result. */
final class JsonOption {
    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    boolean isSet() {
        return json;
    }

    static void print(JsonElement result, PrintWriter out) {
        out.println(JsonText.indented(result));
    }
}
