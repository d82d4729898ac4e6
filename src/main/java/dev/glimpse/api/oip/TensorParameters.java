package dev.glimpse.api.oip;

import dev.glimpse.generation.InvalidFieldException;
import java.util.Set;
import java.util.TreeSet;

/** The parameters of a tensor by which clients of Triton ask for what this server does not have. */
final class TensorParameters {
    private static final String SHARED_MEMORY = "shared_memory_";
    private static final String CLASSIFICATION = "classification";

    private TensorParameters() {}

    /**
     * Refuses what would otherwise be missed in the answer only, or be told as an input without elements.
     *
     * @param tensor name of the input or output
     * @param names of its parameters
     * @throws InvalidFieldException naming the first that cannot be served
     */
    static void requireServed(String tensor, Set<String> names) {
        for (String name : new TreeSet<>(names)) {
            if (name.startsWith(SHARED_MEMORY)) {
                throw refused(tensor, name, "none, as this server shares no memory with its clients");
            } else if (name.equals(CLASSIFICATION)) {
                throw refused(tensor, name, "none, as no output of this server is a list of scores");
            }
        }
    }

    private static InvalidFieldException refused(String tensor, String parameter, String expected) {
        return new InvalidFieldException(tensor + ".parameters." + parameter, "given", expected);
    }
}
