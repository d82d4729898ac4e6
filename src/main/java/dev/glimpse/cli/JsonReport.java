package dev.glimpse.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import glimpse.wire.v1.Accepted;
import glimpse.wire.v1.Finished;
import glimpse.wire.v1.PlannedStep;
import glimpse.wire.v1.Step;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** A report for programs: one JSON object a line for each event. The names are those of the wire contract. */
final class JsonReport implements GenerateReport {
    private final PrintWriter printer;

    JsonReport(PrintWriter printer) {
        this.printer = printer;
    }

    @Override
    public void accepted(Accepted accepted) {
        JsonObject object = event("accepted");
        object.addProperty("request_id", accepted.getRequestId());
        object.addProperty("model", accepted.getModel());
        object.addProperty("model_version", accepted.getModelVersion());
        // A JSON number is a double to many readers, and a double does not hold 64 bits.
        object.addProperty("seed", Long.toUnsignedString(accepted.getSeed()));
        JsonArray labels = new JsonArray();
        accepted.getLabelsList().forEach(labels::add);
        object.add("labels", labels);
        object.addProperty("sampler", name(accepted.getSampler(), "SAMPLER_"));
        object.addProperty("gamma", accepted.getGamma());
        JsonArray steps = new JsonArray();
        accepted.getStepsList().forEach(step -> steps.add(planned(step)));
        object.add("steps", steps);
        object.addProperty("preview", name(accepted.getPreview(), "PREVIEW_KIND_"));
        object.addProperty("width", accepted.getWidth());
        object.addProperty("height", accepted.getHeight());
        object.addProperty("channels", accepted.getChannels());
        print(object);
    }

    @Override
    public void step(Step step, Optional<Path> file) {
        JsonObject object = event("step");
        object.addProperty("sample", step.getSample());
        object.addProperty("step", step.getStep());
        object.addProperty("last", step.getLast());
        object.addProperty("t", step.getT());
        object.addProperty("s", step.getS());
        object.addProperty("nfe", step.getNfe());
        object.addProperty("batch_rows", step.getBatchRows());
        object.addProperty("forward_micros", step.getForwardMicros());
        object.addProperty("elapsed_micros", step.getElapsedMicros());
        object.addProperty("kind", name(step.getKind(), "PREVIEW_KIND_"));
        file.ifPresent(path -> object.addProperty("file", path.toString()));
        print(object);
    }

    @Override
    public void finished(Finished finished) {
        JsonObject object = event("finished");
        object.addProperty("nfe", finished.getNfe());
        object.addProperty("frames_skipped", finished.getFramesSkipped());
        object.addProperty("elapsed_micros", finished.getElapsedMicros());
        print(object);
    }

    private static JsonObject planned(PlannedStep step) {
        JsonObject object = new JsonObject();
        object.addProperty("t", step.getT());
        object.addProperty("s", step.getS());
        object.addProperty("next_t", step.getNextT());
        object.addProperty("noise_std", step.getNoiseStd());
        object.addProperty("from_t", step.getFromT());
        object.addProperty("kind", name(step.getKind(), "STEP_KIND_"));
        return object;
    }

    private static JsonObject event(String kind) {
        JsonObject object = new JsonObject();
        object.addProperty("event", kind);
        return object;
    }

    private static String name(Enum<?> value, String prefix) {
        return value.name().replace(prefix, "").toLowerCase(Locale.ROOT);
    }

    private void print(JsonObject object) {
        printer.println(object);
        printer.flush();
    }
}
