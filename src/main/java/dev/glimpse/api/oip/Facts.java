package dev.glimpse.api.oip;

import dev.glimpse.generation.Failure;
import dev.glimpse.generation.Generator;
import dev.glimpse.generation.ServedModel;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What there is to say about the server itself.
 *
 * @param version of the program
 * @param ready whether requests are welcome
 */
record Facts(String version, BooleanSupplier ready) {
    static final String NAME = "glimpse";

    /** Triton's word for what runs a model. */
    static final String PLATFORM = "glimpse_ctm";

    static final List<String> EXTENSIONS = List.of("binary_tensor_data", "parameters", "model_configuration");

    /** A model version that is served; with an empty version, the one that the name stands for. */
    static Optional<ServedModel> find(Generator generator, String name, String version) {
        return generator.models().stream()
                .filter(model -> model.name().equals(name))
                .filter(model -> version.isEmpty() || model.version().equals(version))
                .findFirst();
    }

    /** Every version of a name that is served. */
    static List<String> versions(Generator generator, String name) {
        return generator.models().stream()
                .filter(model -> model.name().equals(name))
                .map(ServedModel::version)
                .toList();
    }

    /** What to say where {@link #find} finds none. */
    static Failure notFound(Generator generator, String name, String version) {
        return new Failure.ModelNotFound(
                version.isEmpty() ? name : name + "/" + version,
                generator.models().stream()
                        .map(model -> model.name() + "/" + model.version())
                        .toList());
    }
}
