package dev.glimpse.generation;

import dev.glimpse.model.CtmModel;
import dev.glimpse.model.ModelSpec;
import java.io.IOException;

/**
 * A model version that can be loaded, once for each device worker.
 *
 * @param name name of the model
 * @param version its version
 * @param spec what it makes; known before anything is loaded
 * @param loader loads it
 * @param parameters trainable numbers of its network; 0 if not known
 * @param weightsSha256 checksum of its weights, 64 hexadecimal digits, as a version may be published again with others;
 *     empty if not known
 */
public record ModelSource(
        String name, String version, ModelSpec spec, Loader loader, long parameters, String weightsSha256) {

    /** A source that knows neither the size of its network nor its weights' checksum. */
    public ModelSource(String name, String version, ModelSpec spec, Loader loader) {
        this(name, version, spec, loader, 0);
    }

    /** A source that does not know its weights' checksum. */
    public ModelSource(String name, String version, ModelSpec spec, Loader loader, long parameters) {
        this(name, version, spec, loader, parameters, "");
    }

    /** Loads a model for the thread that calls it; the model is used and closed on that thread alone. */
    @FunctionalInterface
    public interface Loader {
        /** @param worker index of the worker that will use the model, on whose device it belongs */
        CtmModel load(int worker) throws IOException;
    }

    /** The model as "name/version". */
    String id() {
        return name + "/" + version;
    }
}
