package dev.glimpse.cli;

import com.google.gson.JsonObject;
import dev.glimpse.access.ApiKey;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code glimpse key}: a new API key, and the entry that makes a server know it. */
@Command(
        name = "key",
        description = "Makes an API key: the secret, shown this once, and its entry for the file of access.keys-file.")
final class KeyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = "What the key is called: letters, digits, '.', '_' and '-'.")
    private String name = "";

    @Option(names = "--tenant", paramLabel = "NAME", description = "Whose quota and share it uses; without, NAME's.")
    private String tenant = "";

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        String owner = tenant.isEmpty() ? name : tenant;
        PlainName.require("NAME", name);
        PlainName.require("--tenant", owner);
        String secret = ApiKey.newSecret();
        String hash = ApiKey.hash(secret);
        PrintWriter out = spec.commandLine().getOut();
        if (json.isSet()) {
            JsonObject key = new JsonObject();
            key.addProperty("secret", secret);
            key.addProperty("name", name);
            key.addProperty("sha256", hash);
            key.addProperty("tenant", owner);
            JsonOption.print(key, out);
        } else {
            out.println("# The client's secret, shown this once: " + secret);
            out.println("- name: " + name);
            out.println("  sha256: " + hash);
            out.println("  tenant: " + owner);
        }
        return ExitCode.OK;
    }
}
