package dev.glimpse.api.oip;

import dev.glimpse.api.json.MessageFields;
import dev.glimpse.generation.InvalidFieldException;
import java.util.Set;
import java.util.TreeSet;

/** The parameters of tensors: those that mean something to this server, and what clients of Triton ask for besides. */
final class TensorParameters {
    /** How many bytes behind the JSON are an input's. */
    static final String BINARY_SIZE = "binary_data_size";

    /** Whether an output goes behind the JSON. */
    static final String BINARY = "binary_data";

    /** How clients of MLServer and KServe say what they would make of elements; it changes none. */
    private static final String CONTENT_TYPE = "content_type";

    private static final Set<String> OF_INPUTS = Set.of(BINARY_SIZE, CONTENT_TYPE);
    private static final Set<String> OF_OUTPUTS = Set.of(BINARY, CONTENT_TYPE);
    private static final String SHARED_MEMORY = "shared_memory_";
    private static final String CLASSIFICATION = "classification";

    private TensorParameters() {}

    /**
     * Refuses what would otherwise be missed in the answer only, or be told as an input without elements.
     *
     * @param names of its parameters
     * @throws InvalidFieldException naming the first that cannot be served
     */
    static void requireServed(Input input, Set<String> names) {
        requireServed(input.title(), names, OF_INPUTS);
    }

    /** The same of an output. */
    static void requireServed(Output output, Set<String> names) {
        requireServed(output.title(), names, OF_OUTPUTS);
    }

    private static void requireServed(String tensor, Set<String> names, Set<String> known) {
        for (String name : new TreeSet<>(names)) {
            String parameter = tensor + ".parameters." + MessageFields.abbreviated(name);
            if (name.startsWith(SHARED_MEMORY)) {
                throw new InvalidFieldException(
                        parameter, "given", "none, as this server shares no memory with its clients");
            } else if (name.equals(CLASSIFICATION)) {
                throw new InvalidFieldException(
                        parameter, "given", "none, as no output of this server is a list of scores");
            } else if (!known.contains(name)) {
                throw new InvalidFieldException(
                        parameter, "unknown parameter", "one of " + String.join(", ", new TreeSet<>(known)));
            }
        }
    }
}
