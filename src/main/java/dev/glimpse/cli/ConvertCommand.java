package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.glimpse.model.ImportedModel;
import dev.glimpse.model.ModelConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code glimpse convert}: a checkpoint of another program becomes a model directory. */
@Command(
        name = "convert",
        description = "Makes a model directory of a checkpoint: a .pt file of torch.save or a safetensors file."
                + " Runs nothing that the file holds. Architecture and sizes follow from its keys and shapes.")
final class ConvertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ImportOptions options = new ImportOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Parameters(paramLabel = "FILE", description = "The checkpoint.")
    private Path file;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Receives the model as DIR/NAME/VERSION.")
    private Path out;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the model; default: that of the file.")
    private @Nullable String name;

    @Option(
            names = "--model-version",
            paramLabel = "VERSION",
            defaultValue = "1",
            description = "Version of the model; default: ${DEFAULT-VALUE}.")
    private String version;

    @Override
    public Integer call() throws IOException {
        Path directory = directory();
        try (NothingLeftBehind guard = new NothingLeftBehind(directory)) {
            convert(directory);
            return ExitCode.OK;
        } catch (ClosedByInterruptException e) {
            return ExitCode.SOFTWARE;
        }
    }

    private void convert(Path directory) throws IOException {
        say("reading " + file);
        try (ImportedModel model = ImportedModel.open(file, options.settings())) {
            say(describe(model));
            ImportedModel.Range range = model.tryOut();
            say(String.format(
                    Locale.ROOT, "one evaluation gives values %.3g..%.3g", range.smallest(), range.largest()));
            NothingLeftBehind.requireNoInterrupt();
            model.write(directory, record(model));
            say("written to " + directory);
            if (json.isSet()) {
                JsonOption.print(facts(model, directory), spec.commandLine().getOut());
            }
        } catch (IOException | RuntimeException e) {
            // Whatever an interrupt breaks on the way is no news, and no defect of the file.
            if (!Thread.currentThread().isInterrupted()) {
                throw e;
            }
            spec.commandLine().getErr().println("glimpse convert: interrupted, nothing was written");
            throw new ClosedByInterruptException();
        }
    }

    private void say(String line) {
        if (!json.isSet()) {
            PrintWriter printer = spec.commandLine().getOut();
            // A checkpoint's own names may be in it.
            printer.println(Printable.of(line));
            printer.flush();
        }
    }

    private Path directory() {
        String stem = file.toAbsolutePath().getFileName().toString().replaceAll("\\.[A-Za-z]+$", "");
        String model = name == null ? stem.replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[._-]+", "") : name;
        PlainName.require("--name", model);
        PlainName.require("--model-version", version);
        // Of a catalog whose models have owners, the model's own directory.
        OutputPlace.requireDirectory("--out", out.resolve(model));
        Path directory = out.resolve(model).resolve(version);
        if (Files.exists(directory)) {
            throw new WrongInputException("--out", directory, "a version that isn't there yet; see --model-version");
        }
        return directory;
    }

    private static String describe(ImportedModel model) {
        JsonObject network = config(model).getAsJsonObject("network");
        StringBuilder line = new StringBuilder(model.format());
        if (!model.entry().isEmpty()) {
            line.append(" (").append(model.entry()).append(')');
        }
        line.append(String.format(Locale.ROOT, ": %,d parameters, ", model.parameterCount()));
        line.append(model.spec().channels()).append(" x ").append(model.spec().height());
        line.append(" x ").append(model.spec().width()).append(", ");
        int classes = model.spec().labels().size();
        line.append(classes == 0 ? "no classes" : classes + " classes");
        line.append(model.spec().jumps() ? "" : ", a denoiser without jumps");
        network.entrySet()
                .forEach(e -> line.append(", ")
                        .append(e.getKey().replace('_', ' '))
                        .append(' ')
                        .append(e.getValue().toString().replace("\"", "")));
        return line.toString();
    }

    /** What the JSON result tells. */
    private JsonObject facts(ImportedModel model, Path directory) {
        JsonObject facts = new JsonObject();
        facts.addProperty("model", directory.toString());
        facts.addProperty("file", file.toString());
        facts.addProperty("format", model.format());
        facts.addProperty("entry", model.entry());
        facts.addProperty("parameters", model.parameterCount());
        facts.addProperty("tensors", model.network().parameters().size());
        JsonArray constants = new JsonArray();
        model.constants().forEach(constants::add);
        facts.add("constants_left_out", constants);
        JsonObject config = config(model);
        for (String field : new String[] {"image", "labels", "times", "network"}) {
            facts.add(field, config.get(field));
        }
        facts.addProperty("jumps", model.spec().jumps());
        facts.addProperty("precision", options.settings().precision().name());
        return facts;
    }

    private static JsonObject config(ImportedModel model) {
        ModelConfig config = new ModelConfig(model.spec(), model.network(), "", new JsonObject());
        return JsonParser.parseString(config.toJson()).getAsJsonObject();
    }

    /** Where the model came from, for its own files. */
    private JsonObject record(ImportedModel model) {
        JsonObject record = new JsonObject();
        record.addProperty("converted_from", file.toAbsolutePath().getFileName().toString());
        record.addProperty("format", model.format());
        if (!model.entry().isEmpty()) {
            record.addProperty("entry", model.entry());
        }
        return record;
    }
}
